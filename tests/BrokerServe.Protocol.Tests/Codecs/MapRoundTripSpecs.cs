using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Protocol.Control;
using BrokerServe.Protocol.Reports;
using CsCheck;

namespace BrokerServe.Protocol.Tests.Codecs;

/// <summary>Whatever is written as a map is read back as it was.</summary>
public sealed class MapRoundTripSpecs
{
    [Fact]
    public void Announcements_of_replicas_come_back() => Generators.ReplicaAnnouncement.Sample(
        meant => ReplicaAnnouncement.TryDecode(meant.Encode(), out var read) && read == meant);

    [Fact]
    public void Announcements_of_routers_come_back() => Generators.RouterAnnouncement.Sample(
        meant => RouterAnnouncement.TryDecode(meant.Encode(), out var read) && read == meant);

    [Fact]
    public void Commands_come_back() => Generators.Command.Sample(meant => Same(meant, Decode(meant)));

    [Fact]
    public void Held_reports_come_back() => Generators.HeldReport.Sample(
        meant => HeldReport.TryDecode(meant.Encode(), out var read)
            && read with { Tickets = meant.Tickets } == meant && read.Tickets.SequenceEqual(meant.Tickets));

    [Fact]
    public void Queue_length_reports_come_back() => Generators.QueueLengthReport.Sample(
        meant => QueueLengthReport.TryDecode(meant.Encode(), out var read)
            && read with { Backends = meant.Backends } == meant && read.Backends.SequenceEqual(meant.Backends));

    [Fact]
    public void Entries_of_the_control_log_come_back() => Generators.ControlEntry.Sample(
        meant => ControlEntry.TryDecode(meant.Encode(), out var read) && Same(meant, read));

    [Fact]
    public void Reports_of_work_come_back() => Generators.WorkReport.Sample(meant =>
    {
        Assert.True(QueueLengthReport.TryDecode(meant.Encode(), out var read));
        Assert.Equivalent(meant, read, strict: true);
    });

    [Fact]
    public void Errors_come_back() => Generators.ErrorBody.Sample(
        meant => ErrorBody.TryDecode(meant.Encode(), out var read)
            && read with { Detail = meant.Detail } == meant
            && (read.Detail ?? new Dictionary<string, string>()).OrderBy(fact => fact.Key, StringComparer.Ordinal)
                .SequenceEqual((meant.Detail ?? new Dictionary<string, string>()).OrderBy(fact => fact.Key, StringComparer.Ordinal)));

    private static ReplicaCommand? Decode(ReplicaCommand command) => ReplicaCommand.TryDecode(command.Encode(), out var read) ? read : null;

    private static bool Same(ControlEntry meant, ControlEntry read) => (meant, read) switch
    {
        (ControlChange change, ControlChange other) => other with { Edits = change.Edits } == change && other.Edits.SequenceEqual(change.Edits),
        (ControlSnapshot state, ControlSnapshot other) => other with { Objects = state.Objects, Verdicts = state.Verdicts } == state
            && other.Objects.SequenceEqual(state.Objects) && other.Verdicts.SequenceEqual(state.Verdicts),
        _ => meant == read,
    };

    private static bool Same(ReplicaCommand meant, ReplicaCommand? read) => meant is CancelCommand cancel
        ? read is CancelCommand other && other.Router == cancel.Router && other.Tickets.SequenceEqual(cancel.Tickets)
        : meant == read;
}
