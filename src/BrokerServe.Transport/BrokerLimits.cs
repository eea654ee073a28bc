namespace BrokerServe.Transport;

/// <summary>What one message may measure. Larger ones are refused locally, because a broker answers them by closing the channel or the connection.</summary>
/// <param name="MaxBodyBytes">Largest body. Default 16 MiB less 1: RabbitMQ 4.x closes the channel above 16 MiB.</param>
/// <param name="MaxHeaderBytes">Largest content header (all properties and headers, encoded). Default 64 KiB: it must fit one frame of
/// 128 KiB, and a router adds headers of its own to what a producer sent.</param>
public sealed record BrokerLimits(int MaxBodyBytes = (16 * 1024 * 1024) - 1, int MaxHeaderBytes = 64 * 1024);
