using System.Text.Json.Serialization;
using BrokerServe.Bench.Planning;

namespace BrokerServe.Bench.Results;

/// <summary>What the middle process of a subject allocates, by type; of a run of its own, because sampling costs something.</summary>
/// <param name="Subject">The subject's key.</param>
/// <param name="Guarantee">What was promised.</param>
/// <param name="Outstanding">Requests under way.</param>
/// <param name="BytesEach">Bytes for a request, all types.</param>
/// <param name="Types">Bytes for a request by type, the most first, to a hundredth of a byte.</param>
internal sealed record TypeRecord(
    string Subject, Guarantee Guarantee, int Outstanding, double BytesEach, IReadOnlyList<KeyValuePair<string, double>> Types)
{
    /// <summary>Bytes for a request in objects of BrokerServe's own types, boxes of its own methods included.</summary>
    [JsonIgnore]
    public double OfOurs => Types.Where(type => type.Key.Contains("BrokerServe.", StringComparison.Ordinal)).Sum(type => type.Value);
}
