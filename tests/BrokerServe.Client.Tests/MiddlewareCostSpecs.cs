using BrokerServe.Transport.InMemory;
using Microsoft.Extensions.Logging.Abstractions;

namespace BrokerServe.Client.Tests;

/// <summary>Who wants no middleware pays for none.</summary>
public sealed class MiddlewareCostSpecs
{
    [Fact]
    public async Task Without_middleware_a_call_allocates_what_the_way_to_the_broker_alone_does()
    {
        // Without a router, so that nothing but the caller's own part is measured; and on the system's clock, as in production.
        await using var memory = new InMemoryBroker();
        await using var client = new BrokerServeClient(
            memory, new BrokerServeClientOptions(), TimeProvider.System, NullLogger.Instance, meters: null);
        var throughTheDoor = new long[50];
        var directly = new long[50];

        for (var i = 0; i < directly.Length; i++)
        {
            throughTheDoor[i] = AllocatedBy(() => client.InvokeRawAsync("greet", default));
            directly[i] = AllocatedBy(() => client.InvokeRawDirectAsync("greet", default, null, CancellationToken.None));
        }

        // The middle one of many: code that runs for the first time allocates more, and a state machine that another test gave back less.
        Array.Sort(throughTheDoor);
        Array.Sort(directly);
        Assert.Equal(directly[25], throughTheDoor[25]);
    }

    private static long AllocatedBy(Func<ValueTask<RawReply>> call)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var pending = call();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        _ = EndAsync(pending);
        return allocated;
    }

    private static async Task EndAsync(ValueTask<RawReply> pending) =>
        await Assert.ThrowsAsync<BrokerServeException>(() => pending.AsTask()); // Once the client stops.
}
