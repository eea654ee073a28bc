namespace BrokerServe.Faults.Tests.Network;

/// <summary>Waits for one frame, and holds it, and all that come behind it on its connection, until it is let go.</summary>
/// <param name="what">For messages: what it waits for.</param>
/// <param name="wanted">Which frame.</param>
internal sealed class Trap(string what, Func<Frame, bool> wanted)
{
    private readonly TaskCompletionSource<Frame> _caught = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;

    /// <summary>Completes when the frame is in the trap.</summary>
    public async Task CaughtAsync()
    {
        try
        {
            await _caught.Task.WaitAsync(Patience.Long);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Within {Patience.Long} no frame came by that is {what}.");
        }
    }

    public bool HasCaught => _caught.Task.IsCompleted;

    /// <summary>Lets it go on.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Looks at a frame; completes when it may pass.</summary>
    internal Task PassAsync(Frame frame)
    {
        if (!wanted(frame) || Interlocked.Exchange(ref _taken, 1) != 0)
        {
            return Task.CompletedTask;
        }

        _caught.TrySetResult(frame);
        return _released.Task;
    }
}
