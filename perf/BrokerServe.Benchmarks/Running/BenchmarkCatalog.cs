using BenchmarkDotNet.Running;

namespace BrokerServe.Benchmarks;

/// <summary>Every benchmark of the assembly with every choice of its parameters, to be called without BenchmarkDotNet's engine.</summary>
public static class BenchmarkCatalog
{
    /// <summary>All of them, in the order of their classes.</summary>
    public static IReadOnlyList<CatalogEntry> All { get; } =
    [
        .. typeof(BenchmarkCatalog).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(AgainstChannel)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(type => BenchmarkConverter.TypeToBenchmarks(type).BenchmarksCases)
            .Select(benchmark => new CatalogEntry(benchmark)),
    ];
}
