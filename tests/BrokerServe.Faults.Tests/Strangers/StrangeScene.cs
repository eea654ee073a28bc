using Xunit;

namespace BrokerServe.Faults.Tests.Strangers;

/// <summary>A scene with endpoints for strangers, and a producer and a worker that keep the rules beside them.</summary>
public sealed class StrangeScene(PrivateBroker broker) : IAsyncLifetime
{
    /// <summary>Only strangers serve it.</summary>
    public const string Odd = "odd";

    /// <summary>No replica serves it: requests are refused.</summary>
    public const string Idle = "idle";

    /// <summary>No replica serves it: requests wait.</summary>
    public const string Waiting = "waiting";

    /// <summary>Only strangers serve it, and a request may take a second.</summary>
    public const string Brief = "brief";

    /// <summary>Takes small bodies only.</summary>
    public const string Small = "small";

    public const int SmallBytes = 64 * 1024;

    internal Scene Scene { get; private set; } = null!;

    internal StrangeProducer Producer { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Scene = await Scene.StartAsync(broker.Node, new SceneSettings
        {
            Routers = 1,
            Workers = 1,
            MoreEndpoints = new Dictionary<string, object>
            {
                [Odd] = To(Odd),
                [Idle] = To(Idle),
                [Waiting] = To(Waiting),
                [Small] = new { Traffic = new Dictionary<string, double> { [Scene.Backend] = 1 }, MaxBodyBytes = SmallBytes },
                [Brief] = new { Traffic = new Dictionary<string, double> { [Brief] = 1 }, DefaultTimeout = "1s", MaxTimeout = "1s" },
            },
            MoreBackends = new Dictionary<string, object>
            {
                [Odd] = new { },
                [Brief] = new { },
                [Idle] = new { WhenNoReplica = "Reject" },
                [Waiting] = new { },
            },
        });
        Producer = await StrangeProducer.StartAsync(Scene);
        var first = await Producer.CallAsync(Idle); // A router waits a while for replicas before it takes anything for them.
        Assert.Equal("no_backend", (await Producer.AnswerToAsync(first, "a call to nobody")).Code);
        await Scene.CountAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Producer.DisposeAsync();
        await Scene.DisposeAsync();
    }

    private static object To(string backend) => new { Traffic = new Dictionary<string, double> { [backend] = 1 } };
}
