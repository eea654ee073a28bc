using System.Diagnostics;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>What a request costs the dispatcher: arrive, pair, reply, credit back.</summary>
public sealed class DispatchCostSpecs(ITestOutputHelper output)
{
    public static TheoryData<int, int> Sizes => new MatrixTheoryData<int, int>([1, 10, 100, 1_000], [0, 1_000, 100_000]);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_request_takes_a_constant_number_of_steps(int replicas, int waiting)
    {
        var load = new SteadyLoad(replicas, limit: 2, waiting);
        var before = load.Dispatcher.Steps;

        load.Run(10_000);

        // By hand: a look at the index as it arrives, one as the reply frees a credit, one pairing, one look that finds no more; and
        // one look for every tick of the clock, each 16 requests here.
        var steps = (load.Dispatcher.Steps - before) / 10_000.0;
        output.WriteLine($"{replicas} replicas, {waiting} waiting: {steps} steps");
        Assert.InRange(steps, 2, 4 + (1.0 / 16));
        Assert.Equal(waiting, load.Dispatcher.Queued);
    }

    /// <summary>The count above is the code's own; time is nobody's. A scan of the replicas or the backlog would take a hundred times as long.</summary>
    [Fact]
    public void A_request_takes_about_the_same_time_whatever_the_size()
    {
        var small = NanosecondsPerRequest(new SteadyLoad(replicas: 10, limit: 2, waiting: 100));
        var manyReplicas = NanosecondsPerRequest(new SteadyLoad(replicas: 1_000, limit: 2, waiting: 100));
        var longBacklog = NanosecondsPerRequest(new SteadyLoad(replicas: 10, limit: 2, waiting: 100_000));

        // What is left between them is the processor's caches: 100,000 requests do not fit, 100 do.
        output.WriteLine($"{small:F0} ns; with 1,000 replicas {manyReplicas:F0} ns; with 100,000 waiting {longBacklog:F0} ns");
        Assert.InRange(manyReplicas / small, 0, 20);
        Assert.InRange(longBacklog / small, 0, 20);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(10, 100)]
    [InlineData(1_000, 1_000)]
    public void A_request_allocates_nothing_in_steady_state(int replicas, int waiting)
    {
        var load = new SteadyLoad(replicas, limit: 8, waiting, endpoints: 3);
        load.Run(20_000);

        // The least of three: the runtime charges a thread with what it needs for itself, now and then.
        Assert.Equal(0, Enumerable.Range(0, 3).Min(_ => Allocated()));

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            load.Run(100_000);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    // The best of many short runs: whoever else uses the machine cannot disturb all of them.
    private static double NanosecondsPerRequest(SteadyLoad load)
    {
        const int requests = 1_000;
        load.Run(20 * requests);
        var best = double.MaxValue;
        for (var run = 0; run < 50; run++)
        {
            var start = Stopwatch.GetTimestamp();
            load.Run(requests);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / requests);
        }

        return best;
    }
}
