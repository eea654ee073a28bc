using System.Diagnostics.CodeAnalysis;

namespace BrokerServe.Protocol.Pack;

/// <summary>Reads one element of an array.</summary>
/// <returns>False when it is not what it should be.</returns>
internal delegate bool RowReader<T>(scoped ref PackReader reader, [NotNullWhen(true)] out T? row)
    where T : class;
