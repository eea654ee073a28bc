using BrokerServe.Protocol.Tests.Document;

namespace BrokerServe.Protocol.Tests.Golden;

/// <summary>The golden vectors with their bytes, as they stand in PROTOCOL.md.</summary>
internal static class GoldenVectors
{
    private static readonly Dictionary<string, byte[]> Bytes =
        ProtocolDocument.Instance.Blocks("golden").ToDictionary(block => block.Argument, block => ProtocolDocument.Bytes(block.Lines));

    public static IEnumerable<(GoldenCase Case, byte[] Bytes)> All => GoldenCases.All.Select(golden => (golden, Bytes[golden.Name]));

    public static (GoldenCase Case, byte[] Bytes) Named(string name) => All.Single(vector => vector.Case.Name == name);

    /// <summary>The names, for theories.</summary>
    public static TheoryData<string> Names => [.. GoldenCases.All.Select(golden => golden.Name)];
}
