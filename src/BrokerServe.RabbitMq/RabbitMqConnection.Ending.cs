using BrokerServe.Transport;
using RabbitMQ.Client.Events;

namespace BrokerServe.RabbitMq;

/// <content>How a connection ends.</content>
internal sealed partial class RabbitMqConnection
{
    // A good-bye takes a round trip. A broker that has stopped reading never answers it.
    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(5);

    // What the library needs to unwind once its socket is gone; more would only be waiting for a bug.
    private static readonly TimeSpan UnwindLimit = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public void Abort() => Abort(new BrokerException(BrokerFault.Unreachable, $"The connection '{Name}' was aborted by this process."));

    /// <summary>Ends the connection at once, for a reason.</summary>
    public void Abort(BrokerException reason)
    {
        // First the reason, then the cut: the library would report the cut as a loss.
        _ = BeginEnd(reason);
        _dialed.Socket.Cut();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await BeginEnd(reason: null).ConfigureAwait(false);
        Task goodbye;
        lock (_lock)
        {
            goodbye = _goodbye ??= SayGoodbyeAsync();
        }

        await goodbye.ConfigureAwait(false);
    }

    // Called by the library on one of its loops: nothing is awaited here, because the library awaits us (rabbitmq-dotnet-client 1960).
    private Task OnShutdownAsync(object sender, ShutdownEventArgs reason)
    {
        _ = BeginEnd(Refusals.OfLoss(reason, $"The connection '{Name}' to {_dialed.Node}"));
        return Task.CompletedTask;
    }

    private Task OnBlockedAsync(object sender, ConnectionBlockedEventArgs e)
    {
        _blocked = true;
        return Task.CompletedTask;
    }

    private Task OnUnblockedAsync(object sender, AsyncEventArgs e)
    {
        _blocked = false;
        return Task.CompletedTask;
    }

    // The first reason counts. The task is kept and awaited by DisposeAsync.
    private Task BeginEnd(BrokerException? reason)
    {
        lock (_lock)
        {
            if (_ending is null)
            {
                _end.Reason = reason;
                _ending = EndAsync([.. _gates]);
            }

            return _ending;
        }
    }

    // Steps 1 to 3 of the class's remarks.
    private async Task EndAsync(CallbackGate[] gates)
    {
        foreach (var gate in gates)
        {
            gate.Shut();
        }

        try
        {
            await Task.WhenAll(gates.Select(gate => gate.Empty)).WaitAsync(GoodbyeLimit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.CallbackStuck(_logger, Name, GoodbyeLimit);
        }

        try
        {
            await _end.FireAsync().ConfigureAwait(false);
        }
        catch (AggregateException e)
        {
            Log.ClosedHandlerFailed(_logger, Name, e);
        }
    }

    // Steps 4 and 5.
    private async Task SayGoodbyeAsync()
    {
        if (CloseReason is not null)
        {
            // There is nobody to say good-bye to; and the library may be waiting for that very socket.
            _dialed.Socket.Cut();
        }

        var closing = CloseAmqpAsync();
        try
        {
            await closing.WaitAsync(GoodbyeLimit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _dialed.Socket.Cut();
            await Task.WhenAny(closing, Task.Delay(UnwindLimit)).ConfigureAwait(false);
            if (!closing.IsCompleted)
            {
                Log.Abandoned(_logger, Name, GoodbyeLimit + UnwindLimit);
            }
        }

        _dialed.Socket.Close();
    }

    private async Task CloseAmqpAsync()
    {
        try
        {
            await _dialed.Amqp.CloseAsync(RabbitMQ.Client.Constants.ReplySuccess, "Goodbye", GoodbyeLimit, abort: true).ConfigureAwait(false);
            await _dialed.Amqp.DisposeAsync().ConfigureAwait(false);
            await _admin.RetiredAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (Refusals.IsEnd(e) || e is TimeoutException)
        {
            // It had ended already, or ends with its socket.
        }
    }
}
