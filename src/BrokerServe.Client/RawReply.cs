namespace BrokerServe.Client;

/// <summary>A reply as it came: bytes, and who answered.</summary>
/// <param name="Body">The payload; the caller's own.</param>
/// <param name="ContentType">What the payload is; null when the handler did not say.</param>
/// <param name="Backend">The backend that answered; null when the router did not say.</param>
/// <param name="Replica">The replica that answered; null when the router did not say.</param>
/// <param name="Attempts">How many attempts it took; 0 when the router did not say.</param>
public sealed record RawReply(ReadOnlyMemory<byte> Body, string? ContentType, string? Backend, string? Replica, int Attempts);
