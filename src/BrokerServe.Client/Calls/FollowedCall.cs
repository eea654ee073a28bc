using System.Threading.Tasks.Sources;

namespace BrokerServe.Client.Calls;

/// <summary>A call between the client and a caller who is followed.</summary>
/// <remarks>
/// A task would not do: a caller that looks whether it has completed, and then says how to go on, may find that it has completed in between,
/// and then goes on by the thread pool, where nobody sees it. Here it is seen, because it says so to this.
/// </remarks>
internal sealed class FollowedCall<T> : IValueTaskSource<T>, IValueTaskSource
{
    private const int Open = 0;
    private const int Awaited = 1; // The caller has said how to go on; when it has, it has ended.
    private const int Unawaited = 2; // The outcome was there first.

    private readonly Callers _callers;
    private ManualResetValueTaskSourceCore<T> _outcome; // The caller goes on at once, within whoever brings the outcome.
    private int _state;

    public FollowedCall(Callers callers, ValueTask<T> call)
    {
        _callers = callers;
        _ = CompleteAsync(call);
    }

    public ValueTask<T> Task => new(this, _outcome.Version);

    public ValueTask TaskWithoutResult => new(this, _outcome.Version);

    public T GetResult(short token) => _outcome.GetResult(token);

    void IValueTaskSource.GetResult(short token) => _outcome.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _outcome.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        if (Interlocked.CompareExchange(ref _state, Awaited, Open) != Open)
        {
            // Its call was over already. Between then and now it ran on the thread that is here, which is followed by whoever called it.
            _callers.Begin();
        }

        _outcome.OnCompleted(
            _ =>
            {
                try
                {
                    continuation(state);
                }
                finally
                {
                    _callers.End();
                }
            },
            null,
            token,
            flags);
    }

    private async Task CompleteAsync(ValueTask<T> call)
    {
        T result = default!;
        Exception? failure = null;
        try
        {
            result = await call.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception; // The caller's, whatever it is.
        }

        var isAwaited = Interlocked.CompareExchange(ref _state, Unawaited, Open) != Open;
        if (failure is null)
        {
            _outcome.SetResult(result);
        }
        else
        {
            _outcome.SetException(failure);
        }

        if (!isAwaited)
        {
            _callers.End();
        }
    }
}
