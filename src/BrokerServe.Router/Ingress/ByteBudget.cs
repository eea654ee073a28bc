namespace BrokerServe.Router.Ingress;

/// <summary>How many bytes of requests the whole router holds, and may hold: RabbitMQ has no prefetch in bytes.</summary>
internal sealed class ByteBudget(long maxBytes)
{
    private long _held;

    public long MaxBytes => maxBytes;

    public long Held => Volatile.Read(ref _held);

    /// <summary>Takes bytes; false, and nothing taken, when that would exceed the budget. Any thread.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= maxBytes)
        {
            return true;
        }

        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    /// <summary>Gives bytes back that were taken. Any thread.</summary>
    public void Return(int bytes) => Interlocked.Add(ref _held, -bytes);
}
