using BrokerServe.Worker.Handlers;
using BrokerServe.Worker.Scheduling;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.Middleware;

/// <summary>Who wants no middleware pays for none.</summary>
public sealed class MiddlewareCostSpecs
{
    private const int Queries = 1_000;

    [Fact]
    public void Without_middleware_the_handlers_that_run_are_those_that_were_added()
    {
        var options = new BrokerServeWorkerOptions()
            .HandleRaw(query => query.Echo())
            .HandleBatch<int, int>("square", (batch, _) => batch);

        var model = new WorkerModel("greet-v1", options);

        Assert.All(options.Handlers, handler => Assert.Same(handler, model.Handlers.Find(System.Text.Encoding.UTF8.GetBytes(handler.Method))));
    }

    [Fact]
    public void A_query_without_middleware_allocates_nothing_between_gate_and_handler() => Assert.Equal(0, AllocatedBy(_ => { }));

    [Fact]
    public void A_query_that_is_passed_on_at_once_allocates_nothing_either() => Assert.Equal(0, AllocatedBy(worker => worker
        .Use((query, next, cancellation) => next(query, cancellation))
        .Use((query, next, cancellation) => next(query, cancellation))));

    /// <summary>What running a handler allocates that itself allocates nothing.</summary>
    private static long AllocatedBy(Action<BrokerServeWorkerOptions> configure)
    {
        var replica = new ReplicaHarness(limit: 8, configure);
        replica.Router().Sends(1);
        var query = (HeldQuery)replica.Starts[0];
        var handler = (SingleHandler)query.Handler;
        Run(handler, query.Context);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(handler, query.Context);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Run(SingleHandler handler, QueryContext query)
    {
        for (var i = 0; i < Queries; i++)
        {
            var reply = handler.InvokeAsync(query);
            Assert.True(reply.IsCompletedSuccessfully);
        }
    }
}
