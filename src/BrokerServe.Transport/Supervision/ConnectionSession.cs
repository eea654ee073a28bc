namespace BrokerServe.Transport.Supervision;

/// <summary>One life of a supervised connection.</summary>
/// <param name="Connection">The connection; the supervisor disposes it.</param>
/// <param name="Epoch">Counts the lives: 1 for the first connection, never repeated in a process.</param>
public sealed record ConnectionSession(IBrokerConnection Connection, uint Epoch);
