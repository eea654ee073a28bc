using BrokerServe.Protocol.Control;
using BrokerServe.Router.ControlLog;
using BrokerServe.Router.Tests.Egress;
using BrokerServe.Transport;
using Microsoft.Extensions.Time.Testing;
using StreamReader = BrokerServe.Router.ControlLog.StreamReader;

namespace BrokerServe.Router.Tests.ControlLog;

/// <summary>Authors and readers of one log, in one process.</summary>
public sealed class ControlLogSpecs : IAsyncLifetime
{
    private readonly ControlLogRig _rig = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task An_author_reads_its_own_change_back_and_learns_what_became_of_it()
    {
        var author = _rig.Author();
        Assert.Equal(0, (await author.ReadAsync(default)).Version);
        var first = await author.WriteAsync(new("a", [new("note", "n", 0, "{}")]), default);
        Assert.Equal((true, 1L), (first.Counts, first.Version));
        var stale = await author.WriteAsync(new("b", [new("note", "n", 0, "{}")]), default);
        Assert.Equal((false, 1L), (stale.Counts, stale.Found));
    }

    [Fact]
    public async Task An_author_that_was_overtaken_decides_anew_from_what_is_there_then()
    {
        var (slow, quick) = (_rig.Author("slow"), _rig.Author("quick"));
        var decided = 0;
        var outcome = await slow.ChangeAsync(
            state =>
            {
                if (decided++ == 0)
                {
                    Overtake(quick);
                }

                return ControlLogRig.Set("n", $$"""{"after":{{state.Version}}}""")(state);
            },
            ControlLogRig.By("slow"),
            default);
        Assert.Equal((2, 2L), (decided, outcome!.Version));
        Assert.Equal("""{"after":1}""", (await _rig.Author("reader").ReadAsync(default)).Find(new("note", "n"))!.Value);
    }

    [Fact]
    public async Task A_change_that_is_written_again_because_its_fate_was_unknown_counts_once()
    {
        var author = _rig.Author();
        await author.ReadAsync(default);
        var change = new ControlChange("a", [new("note", "n", 0, "{}")]);
        await author.WriteAsync(change, default);
        _rig.Broker.Cut(name => name == "author");
        Assert.Equal(1, (await author.WriteAsync(change, default)).Version);
        Assert.Equal(1, (await _rig.OpenAsync()).State.Version);
    }

    [Fact]
    public async Task Many_authors_at_once_lose_no_change_and_every_reader_comes_to_the_same()
    {
        const int Authors = 4, Each = 50;
        await Task.WhenAll(Enumerable.Range(0, Authors).Select(number => Task.Run(async () =>
        {
            var author = _rig.Author($"author {number}");
            for (var n = 0; n < Each; n++)
            {
                var value = $$"""{"n":{{n}}}""";
                Assert.True((await author.ChangeAsync(ControlLogRig.Set($"n{n % 3}", value), ControlLogRig.By($"{number}"), default))!.Counts);
            }
        })));
        var (left, right) = ((await _rig.OpenAsync()).State, await _rig.Author("late").ReadAsync(default));
        Assert.Equal((Authors * Each, left.Version, left.Hash), ((int)right.Version, right.Version, right.Hash));
    }

    [Fact]
    public async Task A_reader_begins_with_the_newest_snapshot_however_many_fences_stand_behind_it()
    {
        var author = _rig.Author();
        await author.ChangeAsync(ControlLogRig.Set("n", """{"old":true}"""), ControlLogRig.By("a"), default);
        var writer = await _rig.OpenAsync();
        await writer.WriteSnapshotAsync(writer.State, default);
        await author.ChangeAsync(ControlLogRig.Set("n", """{"new":true}"""), ControlLogRig.By("a"), default);
        for (var n = 0; n < 600; n++)
        {
            await _rig.FenceSnapshotsAsync();
        }

        var reader = await _rig.OpenAsync();
        Assert.Equal(writer.State.Offset, reader.SnapshotOffset);
        Assert.Equal((2L, """{"new":true}"""), (reader.State.Version, reader.State.Find(new("note", "n"))!.Value));
    }

    [Fact]
    public async Task A_reader_that_comes_back_goes_on_behind_what_it_knows()
    {
        var author = _rig.Author();
        await author.ChangeAsync(ControlLogRig.Set("n", "{}"), ControlLogRig.By("a"), default);
        var known = (await _rig.OpenAsync()).State;
        await author.ChangeAsync(ControlLogRig.Set("n", """{"more":1}"""), ControlLogRig.By("a"), default);
        Assert.Equal(2, (await _rig.OpenAsync(known)).State.Version);
    }

    [Fact]
    public async Task A_log_that_was_deleted_and_made_anew_is_not_taken_for_the_one_that_is_known()
    {
        var author = _rig.Author();
        for (var n = 0; n < 10; n++)
        {
            await author.ChangeAsync(ControlLogRig.Set("n", $"[{n}]"), ControlLogRig.By("a"), default);
        }

        var known = (await _rig.OpenAsync()).State;
        await _rig.DeleteAsync();
        var broken = await Assert.ThrowsAsync<ControlLogBrokenException>(() => _rig.OpenAsync(known));
        Assert.Contains("deleted and made anew", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_was_cut_behind_what_is_known_is_not_read_as_if_nothing_were_missing()
    {
        var cursor = new ControlCursor(ControlState.Of(new ControlSnapshot(5, 77, 1, [], [])));
        var broken = Assert.Throws<ControlLogBrokenException>(() => cursor.Take(new StreamEntry(6, null, 77)));
        Assert.Contains("cut off", broken.Message, StringComparison.Ordinal);
        Assert.Throws<ControlLogBrokenException>(() => new ControlCursor(ControlState.Empty).Take(new StreamEntry(1, null, 77)));
    }

    [Fact]
    public async Task A_log_that_was_made_anew_and_has_grown_longer_than_the_old_one_is_not_taken_for_it_either()
    {
        var known = (await _rig.OpenAsync()).State;
        await _rig.DeleteAsync();
        for (var n = 0; n < 10; n++)
        {
            await _rig.Author($"new {n}").ChangeAsync(ControlLogRig.Set("n", $"[{n}]"), ControlLogRig.By("a"), default);
        }

        var broken = await Assert.ThrowsAsync<ControlLogBrokenException>(() => _rig.OpenAsync(known));
        Assert.Contains("deleted and made anew", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_the_broker_does_not_confirm_is_given_up_in_time_but_not_while_the_broker_says_that_it_reads_nothing()
    {
        var time = new FakeTimeProvider();
        var connection = new ScriptedConnection { IsBlocked = true };
        await using var appender = await ControlAppender.OpenAsync(connection, _rig.Names, time, default);
        var patient = appender.AppendAsync(_rig.Names.Control, new ControlFence("a"), default);
        time.Advance(ControlStreams.AnswerLimit);
        connection.Publisher.Says.OnConfirmed(1, multiple: false);
        await patient;

        connection.IsBlocked = false;
        var late = appender.AppendAsync(_rig.Names.Control, new ControlFence("b"), default);
        time.Advance(ControlStreams.AnswerLimit);
        Assert.Equal(BrokerFault.TimedOut, (await Assert.ThrowsAsync<BrokerException>(() => late)).Fault);
        connection.Publisher.Says.OnConfirmed(2, multiple: false); // Nobody waits for it any more.
    }

    [Fact]
    public async Task An_entry_that_stands_behind_a_fence_and_is_not_delivered_is_given_up_in_time()
    {
        var time = new FakeTimeProvider();
        await using var connection = await _rig.Broker.ConnectAsync("reader", default);
        await ControlStreams.DeclareAsync(connection, _rig.Names, default);
        await using var reader = await StreamReader.OpenAsync(connection, _rig.Names.Control, StreamPosition.First, time, default);
        var owed = reader.ReadOwedAsync(default).AsTask();
        time.Advance(ControlStreams.AnswerLimit);
        Assert.Equal(BrokerFault.TimedOut, (await Assert.ThrowsAsync<BrokerException>(() => owed)).Fault);
    }

    [Fact]
    public async Task History_tells_every_change_with_what_became_of_it()
    {
        var author = _rig.Author();
        await author.ReadAsync(default);
        await author.WriteAsync(new("a", [new("note", "n", 0, "{}")]) { Note = "first" }, default);
        await author.WriteAsync(new("b", [new("note", "n", 0, "{}")]), default);
        await author.WriteAsync(new("c", [new("note", "n", 1, null)]), default);
        var told = new List<(string, long)>();
        await author.ReadHistoryAsync((_, outcome) => told.Add((outcome?.Change.Id ?? "", outcome?.Version ?? -1)), default);
        Assert.Equal([("", -1L), ("a", 1L), ("b", 0L), ("c", 2L)], told);
    }

    // Between what the slow one reads and what it writes.
    private static void Overtake(ControlAuthor quick) =>
        Task.Run(() => quick.ChangeAsync(ControlLogRig.Set("n", """{"by":"quick"}"""), ControlLogRig.By("quick"), default)).GetAwaiter().GetResult();
}
