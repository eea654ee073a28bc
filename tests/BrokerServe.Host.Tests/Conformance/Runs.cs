using BrokerServe.Host.Conformance;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>Runs of a kit, several beside each other: most of what they do is wait.</summary>
/// <typeparam name="TFault">What is wrong with whom is checked.</typeparam>
public abstract class Runs<TFault>
    where TFault : notnull
{
    private const int Beside = 12;

    private readonly Dictionary<TFault, Task<IReadOnlyList<Finding>>> _runs = [];
    private readonly SemaphoreSlim _places = new(Beside);

    private protected Runs(IEnumerable<TFault> faults, Func<TFault, Task<IReadOnlyList<Finding>>> run)
    {
        foreach (var fault in faults)
        {
            _runs.Add(fault, RunAsync(fault, run));
        }
    }

    internal Task<IReadOnlyList<Finding>> OfAsync(TFault fault) => Within.ReasonAsync(_runs[fault], $"the run with {fault} ended");

    private async Task<IReadOnlyList<Finding>> RunAsync(TFault fault, Func<TFault, Task<IReadOnlyList<Finding>>> run)
    {
        await _places.WaitAsync();
        try
        {
            return await run(fault);
        }
        finally
        {
            _places.Release();
        }
    }
}
