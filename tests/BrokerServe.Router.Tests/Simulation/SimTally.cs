using System.Globalization;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>What happened how often: a simulation in which nothing goes wrong proves nothing.</summary>
internal sealed class SimTally
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public long this[string what] => _counts.GetValueOrDefault(what);

    public void Add(string what, long count = 1) => _counts[what] = this[what] + count;

    public override string ToString() => string.Join(", ", _counts.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key} {c.Value}")));
}
