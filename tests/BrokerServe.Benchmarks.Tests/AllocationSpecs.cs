using Xunit;

namespace BrokerServe.Benchmarks.Tests;

public sealed class AllocationSpecs
{
    public static TheoryData<string> Benchmarks => [.. BenchmarkCatalog.All.Select(benchmark => benchmark.ToString())];

    [Theory]
    [MemberData(nameof(Benchmarks))]
    public void A_benchmark_allocates_no_more_than_its_budget(string name)
    {
        var benchmark = BenchmarkCatalog.All.Single(entry => entry.ToString() == name);
        var budget = Budgets.Of(benchmark) ?? throw new KeyNotFoundException($"{name} has no entry in perf/Budgets.json.");

        var bytes = BytesPerOperation(benchmark);

        Assert.True(bytes <= budget, $"{name} allocated {bytes:F2} bytes per operation; its budget is {budget:F2}.");
    }

    [Fact]
    public void Every_budget_belongs_to_a_benchmark()
    {
        var benchmarks = BenchmarkCatalog.All.Select(benchmark => $"{benchmark.Topic}.{benchmark.Name}").Distinct();

        Assert.Equal(benchmarks.Order(StringComparer.Ordinal), Budgets.Names.Order(StringComparer.Ordinal));
    }

    /// <summary>What one operation allocates on this thread once pools and tables have grown to what they need.</summary>
    private static double BytesPerOperation(CatalogEntry benchmark)
    {
        const int Calls = 16;

        var call = benchmark.Prepare();
        for (var i = 0; i < Calls; i++)
        {
            call();
        }

        // The least of three: a collection that another test caused may have emptied a shared pool during one of them.
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Calls; i++)
            {
                call();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least / (double)(Calls * benchmark.OperationsPerCall);
    }
}
