namespace BrokerServe.Protocol.Pack;

/// <summary>Reads the value of one pair of a map into a draft, or passes over it when the key says nothing to this version.</summary>
/// <returns>False when the value is not what the key promises.</returns>
internal delegate bool PairReader<TDraft>(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref TDraft draft);
