namespace BrokerServe.Protocol.Tests.Golden;

/// <summary>One golden vector as the code sees it.</summary>
/// <param name="Name">Its name in PROTOCOL.md.</param>
/// <param name="Decode">Reads it to its end.</param>
/// <param name="Encode">Writes it; null for vectors of a later version, which this one only reads.</param>
/// <param name="Check">Asserts that what is read is what was meant.</param>
internal sealed record GoldenCase(string Name, Decoder Decode, Func<byte[]>? Encode, Action<byte[]> Check)
{
    public override string ToString() => Name;
}
