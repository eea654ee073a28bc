namespace BrokerServe.Transport.InMemory;

/// <summary>A message's place in one queue.</summary>
/// <param name="Message">The message, of which the queue is a holder.</param>
/// <param name="Position">Counts the messages of the queue: what comes back goes to where it was.</param>
/// <param name="ExpiresAt">The time provider's timestamp after which it is dropped; <see cref="Never"/> without one.</param>
/// <param name="Deliveries">How often it was handed to a consumer.</param>
internal readonly record struct QueueEntry(Message Message, long Position, long ExpiresAt, int Deliveries)
{
    /// <summary>Does not expire.</summary>
    public const long Never = long.MaxValue;
}
