namespace BrokerServe.LoadGenerator;

/// <summary>What a load is sent through: one kind of client, connected.</summary>
/// <remarks>
/// <see cref="Generator.Ended"/> is called once for each request that was sent; while it returns true, the target sends the next request of
/// that slot itself, at once and on that thread.
/// </remarks>
public interface ITarget : IAsyncDisposable
{
    /// <summary>Sends a request in a slot that has none under way. Never two calls at a time, and none in a closed loop once all slots have begun.</summary>
    ValueTask SendAsync(int slot);

    /// <summary>Waits for what may come behind the last reply, such as confirms; what is missing then is counted as errors.</summary>
    Task FinishAsync() => Task.CompletedTask;
}
