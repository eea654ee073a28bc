using System.Runtime.CompilerServices;
using BrokerServe.LoadGenerator;

namespace BrokerServe.InProcess;

/// <summary>Callers of an echo, each sending again when its reply is there.</summary>
internal sealed class EchoTarget(Generator generator, IEcho echo, byte[] body, bool ownsEcho) : CallTarget(generator)
{
    public override ValueTask DisposeAsync() => ownsEcho ? echo.DisposeAsync() : ValueTask.CompletedTask;

    // The load's own part of a call is to cost nothing.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<string?> InvokeAsync(int slot)
    {
        await echo.SendAsync(body);
        return null;
    }
}
