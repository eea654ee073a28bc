using System.Diagnostics;
using System.Globalization;
using BrokerServe.Protocol;
using BrokerServe.RabbitMq;
using BrokerServe.Router.ControlLog;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests.Control;

/// <summary>What it costs a router to start with a long history behind it, over a real RabbitMQ.</summary>
/// <remarks><c>BROKERSERVE_TEST_CONTROL_CHANGES=100000</c> measures with so many changes; the output says how long it took.</remarks>
public sealed class RecoverySpecs(ITestOutputHelper output) : EndToEndSpecs
{
    private static int Changes => int.Parse(Environment.GetEnvironmentVariable("BROKERSERVE_TEST_CONTROL_CHANGES") ?? "5000", CultureInfo.InvariantCulture);

    protected override async Task<Func<IBroker>> GetBrokerAsync()
    {
        var uri = (await TestBroker.TestBroker.GetAsync()).Uri;
        return () => new RabbitMqBroker(new RabbitMqOptions { Uri = uri });
    }

    [Fact]
    public async Task A_reader_of_a_long_history_begins_with_the_newest_snapshot_and_comes_to_the_same_as_one_that_reads_it_all()
    {
        const int After = ControlFollower.EntriesPerSnapshot - 1; // As many as can have come since.
        var broker = System.OpenBroker();
        await LongHistory.WriteAsync(broker, System.Prefix, Changes - After);
        var whole = await MeasureAsync(broker, "all of it, without a snapshot");
        Assert.Equal(-1, whole.Snapshot);

        var snapshot = await LongHistory.SnapshotAsync(broker, System.Prefix);
        var all = await LongHistory.WriteAsync(broker, System.Prefix, After);
        var recovered = await MeasureAsync(broker, "from the newest snapshot");
        Assert.Equal((snapshot.Offset, all.Version, all.Hash), (recovered.Snapshot, recovered.State.Version, recovered.State.Hash));
        Assert.Equal(Changes, recovered.State.Version);

        ControlState? folded = null;
        await using var author = new ControlAuthor(broker, new ObjectNames(System.Prefix), "all", TimeProvider.System);
        await author.ReadHistoryAsync((state, _) => folded = state, default);
        Assert.Equal((all.Version, all.Hash), (folded!.Version, folded.Hash));
    }

    private async Task<(long Snapshot, ControlState State)> MeasureAsync(IBroker broker, string what)
    {
        var since = Stopwatch.GetTimestamp();
        await using var connection = await broker.ConnectAsync("router", default);
        var session = await ControlSession.OpenAsync(connection, new ObjectNames(System.Prefix), known: null, TimeProvider.System, default);
        await using (session)
        {
            new ControlReading().Read(session.State);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: version {session.State.Version} in {Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms, connecting included"));
            return (session.SnapshotOffset, session.State);
        }
    }
}
