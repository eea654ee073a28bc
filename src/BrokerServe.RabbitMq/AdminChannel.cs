using RabbitMQ.Client;

namespace BrokerServe.RabbitMq;

/// <summary>The channel that a connection declares, inspects and deletes on: one at a time, replaced when a refusal has closed it.</summary>
internal sealed class AdminChannel(IConnection connection, TimeSpan limit, ConnectionEnd end)
{
    // The client library pairs answers with questions by order alone, so there is one question at a time.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private BoundedChannel? _channel; // In turn.
    private Task _retiring = Task.CompletedTask; // In turn: channels that are being closed.

    /// <summary>Asks one thing of the broker; the limit counts from now, waiting for the turn included.</summary>
    /// <exception cref="Transport.BrokerException">It was refused or took too long; the next operation gets a fresh channel.</exception>
    public Task<T> RunAsync<T>(string what, Func<IChannel, CancellationToken, Task<T>> operation, CancellationToken cancellationToken) =>
        Deadline.RunAsync(what, limit, end, token => InTurnAsync(operation, token), cancellationToken);

    /// <summary>Completes when no channel is being closed any more. Called once, when the connection has ended.</summary>
    public Task RetiredAsync() => _retiring;

    private async Task<T> InTurnAsync<T>(Func<IChannel, CancellationToken, Task<T>> operation, CancellationToken deadline)
    {
        await _turn.WaitAsync(deadline).ConfigureAwait(false);
        try
        {
            if (_channel is not { Amqp.IsOpen: true })
            {
                Retire();
                _channel = await BoundedChannel.OpenAsync(connection, confirms: false, limit, end, deadline).ConfigureAwait(false);
            }

            return await operation(_channel.Amqp, deadline).WaitAsync(deadline).ConfigureAwait(false);
        }
        catch
        {
            // Refused, late or cancelled: an answer may still be on its way, and must not meet the next question.
            Retire();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Retire()
    {
        if (_channel is { } channel)
        {
            _channel = null;
            _retiring = Task.WhenAll(_retiring, channel.CloseAsync());
        }
    }
}
