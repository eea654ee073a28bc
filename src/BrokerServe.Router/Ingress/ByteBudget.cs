namespace BrokerServe.Router.Ingress;

/// <summary>How many bytes of requests the whole router holds, and may hold: RabbitMQ has no prefetch in bytes.</summary>
internal sealed class ByteBudget(long maxBytes)
{
    private long _held;

    public long MaxBytes => maxBytes;

    public long Held => Volatile.Read(ref _held);

    /// <summary>Takes bytes; false, and nothing taken, when that would exceed the budget. Any thread.</summary>
    /// <remarks>What does not fit is never counted, not for a moment either: a smaller request that fits would be refused in it.</remarks>
    public bool TryTake(int bytes)
    {
        var held = Volatile.Read(ref _held);
        while (held + bytes <= maxBytes)
        {
            var seen = Interlocked.CompareExchange(ref _held, held + bytes, held);
            if (seen == held)
            {
                return true;
            }

            held = seen;
        }

        return false;
    }

    /// <summary>Gives bytes back that were taken. Any thread.</summary>
    public void Return(int bytes) => Interlocked.Add(ref _held, -bytes);
}
