using BenchmarkDotNet.Running;

namespace BrokerServe.Benchmarks;

/// <summary>One benchmark with its parameters chosen.</summary>
public sealed class CatalogEntry
{
    private readonly BenchmarkCase _benchmark;

    internal CatalogEntry(BenchmarkCase benchmark) => _benchmark = benchmark;

    /// <summary>The class, such as <c>DispatcherBenchmarks</c>.</summary>
    public string Topic => _benchmark.Descriptor.Type.Name;

    /// <summary>The method, such as <c>Life</c>.</summary>
    public string Name => _benchmark.Descriptor.WorkloadMethod.Name;

    /// <summary>The parameters, such as <c>Replicas=10</c>; empty when there are none.</summary>
    public string Parameters => string.Join(", ", _benchmark.Parameters.Items.Select(item => $"{item.Name}={item.Value}"));

    /// <summary>Whether the others of its class and parameters are compared with this one.</summary>
    public bool IsBaseline => _benchmark.Descriptor.Baseline;

    /// <summary>Operations that one call carries out.</summary>
    public int OperationsPerCall => _benchmark.Descriptor.OperationsPerInvoke;

    /// <summary>Sets a new instance up for the measurement.</summary>
    /// <returns>The benchmark method; what it returns only keeps its work from being optimized away.</returns>
    public Func<int> Prepare()
    {
        var instance = Activator.CreateInstance(_benchmark.Descriptor.Type)!;
        foreach (var parameter in _benchmark.Parameters.Items)
        {
            _benchmark.Descriptor.Type.GetProperty(parameter.Name)!.SetValue(instance, parameter.Value);
        }

        _benchmark.Descriptor.GlobalSetupMethod?.Invoke(instance, null);
        return _benchmark.Descriptor.WorkloadMethod.CreateDelegate<Func<int>>(instance);
    }

    /// <inheritdoc/>
    public override string ToString() => Parameters.Length == 0 ? $"{Topic}.{Name}" : $"{Topic}.{Name}({Parameters})";
}
