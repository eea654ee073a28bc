namespace BrokerServe.Router.Sessions;

/// <summary>Something changed, look again: many may say so, one waits. Saying it twice before a look is saying it once.</summary>
internal sealed class Signal
{
    private readonly SemaphoreSlim _raised = new(0, 1);

    public void Raise()
    {
        try
        {
            _raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // Raised already, and not looked at yet.
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _raised.WaitAsync(cancellationToken);
}
