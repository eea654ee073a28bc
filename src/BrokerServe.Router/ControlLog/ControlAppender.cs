using BrokerServe.Protocol;
using BrokerServe.Protocol.Control;
using BrokerServe.Transport;

namespace BrokerServe.Router.ControlLog;

/// <summary>Appends entries to the streams of the control log, each confirmed by the broker.</summary>
/// <remarks>Any thread. It ends with its connection.</remarks>
internal sealed class ControlAppender : IPublisherEvents, IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1); // A publisher is for one caller at a time.
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, TaskCompletionSource> _open = [];
    private readonly HashSet<string> _returned = new(StringComparer.Ordinal);
    private IPublisher _publisher = null!; // Set before anybody has this.

    private readonly IBrokerConnection _connection;
    private readonly string _exchange;
    private readonly TimeProvider _time;

    private ControlAppender(IBrokerConnection connection, ObjectNames names, TimeProvider time)
    {
        _connection = connection;
        _exchange = names.Control;
        _time = time;
    }

    public static async Task<ControlAppender> OpenAsync(
        IBrokerConnection connection, ObjectNames names, TimeProvider time, CancellationToken cancellationToken)
    {
        var appender = new ControlAppender(connection, names, time);
        appender._publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), appender, cancellationToken).ConfigureAwait(false);
        appender._publisher.Closed.UnsafeRegister(static state => ((ControlAppender)state!).FailAll(), appender);
        return appender;
    }

    /// <summary>Appends one entry.</summary>
    /// <param name="stream">One of <see cref="ControlStreams"/>.</param>
    /// <param name="entry">What to append.</param>
    /// <param name="cancellationToken">Ends the wait; the entry may be appended all the same.</param>
    /// <returns>When the broker has it for good.</returns>
    /// <exception cref="BrokerException">It is too large, or it is not known whether the broker has it: the connection was lost, or
    /// <see cref="ControlStreams.AnswerLimit"/> is over.</exception>
    public async Task AppendAsync(string stream, ControlEntry entry, CancellationToken cancellationToken)
    {
        var body = entry.Encode();
        var confirmed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ulong sequence;
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            sequence = Begin(confirmed);
            var properties = new MessageProperties { ContentType = ContentTypes.Control, MessageId = IdOf(sequence), Persistent = true };
            try
            {
                await _publisher.PublishAsync(new OutboundMessage(_exchange, stream, Mandatory: true, properties, body)).ConfigureAwait(false);
            }
            catch
            {
                Forget(sequence);
                throw;
            }
        }
        finally
        {
            _turn.Release();
        }

        if (_publisher.Closed.IsCancellationRequested)
        {
            FailAll(); // It may have closed before the entry was noted as open.
        }

        await AwaitConfirmAsync(sequence, confirmed.Task, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _publisher.DisposeAsync();

    public void OnConfirmed(ulong sequence, bool multiple) => End(sequence, multiple, static (ended, returned) =>
    {
        if (returned)
        {
            ended.TrySetException(new BrokerException(BrokerFault.NotFound, "There is no control log any more: its stream was deleted."));
        }
        else
        {
            ended.TrySetResult();
        }
    });

    public void OnRefused(ulong sequence, bool multiple) => End(sequence, multiple, static (ended, _) =>
        ended.TrySetException(new BrokerException(BrokerFault.Other, "The broker could not append to the control log; its own log says why.")));

    public void OnReturned(in ReturnedMessage message)
    {
        lock (_lock)
        {
            _returned.Add(message.Properties.MessageId ?? "");
        }
    }

    private async Task AwaitConfirmAsync(ulong sequence, Task confirmed, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await confirmed.WaitAsync(ControlStreams.AnswerLimit, _time, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException) when (_connection.IsBlocked || confirmed.IsCompleted)
            {
                // The broker said that it reads nothing now, and it will again, or the connection ends; or it was just in time.
            }
            catch (TimeoutException late)
            {
                Forget(sequence);
                throw new BrokerException(
                    BrokerFault.TimedOut,
                    $"The broker did not confirm an entry of the control log within {ControlStreams.AnswerLimit.TotalSeconds:0} s.",
                    late);
            }
            catch (OperationCanceledException)
            {
                Forget(sequence);
                throw;
            }
        }
    }

    private static string IdOf(ulong sequence) => sequence.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private ulong Begin(TaskCompletionSource confirmed)
    {
        lock (_lock)
        {
            var sequence = _publisher.NextSequence;
            _open.Add(sequence, confirmed);
            return sequence;
        }
    }

    private void Forget(ulong sequence)
    {
        lock (_lock)
        {
            _open.Remove(sequence);
        }
    }

    private void End(ulong sequence, bool multiple, Action<TaskCompletionSource, bool> end)
    {
        lock (_lock)
        {
            foreach (var (number, confirmed) in _open.TakeWhile(open => open.Key <= sequence).Where(open => multiple || open.Key == sequence).ToArray())
            {
                _open.Remove(number);
                end(confirmed, _returned.Remove(IdOf(number)));
            }
        }
    }

    private void FailAll()
    {
        lock (_lock)
        {
            foreach (var confirmed in _open.Values)
            {
                confirmed.TrySetException(new BrokerException(
                    BrokerFault.Unreachable, "The connection was lost before the broker confirmed an entry of the control log."));
            }

            _open.Clear();
        }
    }
}
