namespace BrokerServe.Transport.InMemory;

/// <summary>A delivery on its way to a handler.</summary>
internal readonly record struct Handed(ulong Tag, bool Redelivered, Message Message, long Offset);
