using BrokerServe.RabbitMq;
using BrokerServe.Transport.Tests.Compliance;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>The promise that no callback follows the word of the end.</summary>
public sealed class CallbackGateSpecs
{
    [Fact]
    public async Task A_gate_that_is_shut_from_within_a_callback_fires_when_the_callback_is_out()
    {
        var gate = new CallbackGate();
        Assert.True(gate.TryEnter());
        Assert.True(gate.Shut());
        Assert.False(gate.Shut());
        Assert.False(gate.IsOpen);
        Assert.False(gate.Token.IsCancellationRequested);
        gate.Leave();
        Assert.True(gate.Token.IsCancellationRequested);
        Assert.False(gate.TryEnter());
        Assert.False(gate.Shut());
        await Patience.ForAsync(gate.Empty, "the emptiness of the gate");
    }

    [Fact]
    public async Task A_handler_that_throws_does_not_keep_the_end_from_coming()
    {
        var gate = new CallbackGate();
        gate.Token.Register(() => throw new InvalidOperationException("Thrown by the specification."));
        Assert.True(gate.Shut());
        await Patience.ForAsync(gate.Empty, "the emptiness of the gate");
    }

    [Fact]
    public async Task No_callback_is_under_way_once_the_token_has_fired()
    {
        for (var round = 0; round < 500; round++)
        {
            var gate = new CallbackGate();
            var fired = 0;
            gate.Token.Register(() => Interlocked.Increment(ref fired));
            var callbacks = Task.Run(() =>
            {
                while (gate.TryEnter())
                {
                    Assert.False(gate.Token.IsCancellationRequested);
                    gate.Leave();
                }
            });
            var shutting = Enumerable.Range(0, 2).Select(_ => Task.Run(gate.Shut));

            await Patience.ForAsync(Task.WhenAll([callbacks, .. shutting, gate.Empty]), "the end of the callbacks");
            Assert.True(gate.Token.IsCancellationRequested);
            Assert.Equal(1, fired);
        }
    }
}
