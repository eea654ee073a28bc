namespace BrokerServe.RabbitMq;

/// <summary>Lets callbacks through one after the other until it is shut; says when the last one is out.</summary>
/// <remarks>
/// Callbacks come from one thread at a time, <see cref="Shut"/> from any, also from within a callback. Neither waits for the other: when
/// a callback is under way, the thread that leads it out finishes the shutting.
/// </remarks>
internal sealed class CallbackGate
{
    private const int Open = 0;
    private const int Busy = 1;
    private const int ShutWhileBusy = 2;
    private const int Closed = 3;

    private readonly CancellationTokenSource _fired = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    public CallbackGate() => Token = _fired.Token;

    /// <summary>Fires once when the gate is shut and no callback is or will be under way.</summary>
    public CancellationToken Token { get; }

    /// <summary>Completes with <see cref="Token"/>'s firing and after what was registered with it has run.</summary>
    public Task Empty => _empty.Task;

    /// <summary>False once the gate was shut, although a callback may still be under way.</summary>
    public bool IsOpen => Volatile.Read(ref _state) <= Busy;

    /// <summary>Begins a callback; each true is followed by one <see cref="Leave"/>.</summary>
    public bool TryEnter() => Interlocked.CompareExchange(ref _state, Busy, Open) == Open;

    /// <summary>Ends a callback.</summary>
    public void Leave()
    {
        if (Interlocked.CompareExchange(ref _state, Open, Busy) == ShutWhileBusy)
        {
            Volatile.Write(ref _state, Closed);
            Fire();
        }
    }

    /// <summary>Lets no further callback in. Harmless when repeated.</summary>
    /// <returns>True for the one call that shut it.</returns>
    public bool Shut()
    {
        while (true)
        {
            switch (Volatile.Read(ref _state))
            {
                case Open when Interlocked.CompareExchange(ref _state, Closed, Open) == Open:
                    Fire();
                    return true;
                case Busy when Interlocked.CompareExchange(ref _state, ShutWhileBusy, Busy) == Busy:
                    return true;
                case ShutWhileBusy or Closed:
                    return false;
            }
        }
    }

    // On the pool, so that nothing of a user runs on, or blocks, a loop of the client library.
    private void Fire() => _fired.CancelAsync().ContinueWith(
        static (handlers, empty) =>
        {
            // What a registered handler threw is that handler's business; it must not keep the rest from ending.
            _ = handlers.Exception;
            ((TaskCompletionSource)empty!).TrySetResult();
        },
        _empty,
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
