using BrokerServe.Faults.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(PrivateBroker))]

namespace BrokerServe.Faults.Tests;

/// <summary>A node that these tests may do anything to; each leaves it as it was.</summary>
public sealed class PrivateBroker : IAsyncLifetime
{
    public TestBroker.TestBroker Node { get; private set; } = null!;

    private Scene? _scene;

    public async ValueTask InitializeAsync()
    {
        Node = await TestBroker.TestBroker.StartPrivateAsync();
        await HastenAsync();
    }

    /// <summary>Starts the node again after it was killed.</summary>
    public async Task RestartAsync()
    {
        await Node.StartAsync();
        await HastenAsync();
    }

    // Clients take the shorter of theirs and the broker's: so a connection that carries nothing ends within the patience of a test.
    private Task HastenAsync() => Node.EvaluateAsync("application:set_env(rabbit, heartbeat, 3).");

    /// <summary>Lets a test do something to a scene that stands from test to test, for starting one takes longer than most faults do.</summary>
    /// <remarks>A test that fails leaves no scene behind: the next one starts anew.</remarks>
    internal async Task OnSceneAsync(Func<Scene, Task> act)
    {
        _scene ??= await Scene.StartAsync(Node, new SceneSettings
        {
            // When the node comes back, producers may be there seconds before workers are, with all that was called meanwhile: 300 calls each
            // second while a node starts, which may take a minute.
            Backend = new Dictionary<string, object> { ["MaxQueuedQueries"] = 20_000 },
        });
        _scene.Begin();
        try
        {
            await act(_scene);
        }
        catch
        {
            var broken = _scene;
            _scene = null;
            await broken.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_scene?.DisposeAsync() ?? default);
        await (Node?.DisposeAsync() ?? default); // Null: it did not start, which is what the tests say then.
    }
}
