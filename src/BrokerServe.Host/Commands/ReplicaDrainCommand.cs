using System.CommandLine;
using BrokerServe.Host.Control;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve replica</c>: takes single replicas out.</summary>
internal static class ReplicaDrainCommand
{
    private const string About = "Takes replicas out of service.";

    private const string Details = """
        Changes the control log: no router that follows it sends anything new to the replica, whoever comes and goes. What it holds it finishes,
        and the process runs on until somebody ends it. A backend whose replicas are all drained has none: its requests wait up to their bound, or
        are answered no_backend at once where it says so.

          brokerserve replica drain greet-v1-7f3a9c
          brokerserve replica drain greet-v1-7f3a9c --undo

        Replies say which replica gave them (bs-replica); a replica that is not heard of within its lease is refused.
        """;

    public static Command Create()
    {
        var replica = new Argument<string>("REPLICA") { Description = "The replica's id." };
        var undo = new Option<bool>("--undo") { Description = "Send to it again." };
        var drain = new DetailedCommand("drain", "Sends nothing new to a replica.", Details) { replica, undo };
        var control = ControlOptions.AddChangeTo(drain);
        drain.SetAction((parsed, _) => RunAsync(
            control.Read(parsed, $"replica drain {parsed.GetValue(replica)}{(parsed.GetValue(undo) ? " --undo" : "")}"),
            parsed.GetValue(replica)!,
            parsed.GetValue(undo)));
        return new DetailedCommand("replica", About, Details) { drain };
    }

    private static async Task<int> RunAsync(ControlJob job, string replica, bool undo)
    {
        if (!Names.IsValid(replica))
        {
            throw new UsageException($"'{replica}' is no name of a replica");
        }

        IReadOnlyList<string> heard = undo ? [replica] : await ReplicaEar.ListenAsync(job, replica);
        return await ControlRun.ChangeAsync(job, new RouterOptions { Prefix = job.Prefix }, (draft, _) =>
        {
            if (!heard.Contains(replica))
            {
                throw new RefusedException([
                    $"{ConfigErrors.DefaultSection}: no replica {replica} announced itself within {AnnouncementLimits.DefaultLeaseMs} ms; "
                    + Suggestion.For(replica, heard)]);
            }

            draft.Set(ControlKey.Replica(replica), undo ? null : DrainDocument.Drained);
        });
    }
}
