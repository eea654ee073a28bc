using BrokerServe.Host.Watching;

namespace BrokerServe.Host.Top;

/// <summary>What <c>top</c> draws at a moment.</summary>
/// <param name="Seen">The system.</param>
/// <param name="At">When it was so.</param>
/// <param name="Broker">Where it is.</param>
/// <param name="Prefix">Under which names.</param>
/// <param name="IsConnected">Whether the broker can be heard.</param>
internal sealed record TopFrame(Sighting Seen, DateTimeOffset At, string Broker, string Prefix, bool IsConnected);
