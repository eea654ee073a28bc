namespace BrokerServe.Transport.Supervision;

/// <summary>One life of a supervised connection.</summary>
/// <param name="Connection">The connection; the supervisor disposes it.</param>
/// <param name="Epoch">Counts the lives of one supervisor: 1 for its first connection, and never the same again.</param>
public sealed record ConnectionSession(IBrokerConnection Connection, uint Epoch);
