using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Running;

/// <summary>The processes that stay up while a block is measured; what several subjects need is there once.</summary>
internal sealed class Deployment(string probe, string folder) : IAsyncDisposable
{
    private readonly Dictionary<string, Child> _children = [];
    private readonly List<Child> _inOrder = [];

    /// <summary>The processes of a subject; started, if they are not there yet, one after the other.</summary>
    public async Task<IReadOnlyList<Child>> EnsureAsync(IEnumerable<ProcessSpec> specs, CancellationToken stopping)
    {
        var needed = new List<Child>();
        foreach (var spec in specs)
        {
            if (!_children.TryGetValue(spec.Name, out var child))
            {
                child = await Child.StartReadyAsync(spec, probe, folder, stopping);
                _children.Add(spec.Name, child);
                _inOrder.Add(child);
            }

            child.CheckAlive();
            needed.Add(child);
        }

        return needed;
    }

    /// <summary>A load; started, if it is not there yet.</summary>
    public Child EnsureLoad(ProcessSpec spec)
    {
        if (!_children.TryGetValue(spec.Name, out var load))
        {
            load = Child.Start(spec, probe, folder);
            _children.Add(spec.Name, load);
            _inOrder.Add(load);
        }

        return load;
    }

    /// <summary>Ends one before the others: what it does is in their way.</summary>
    public async Task EndAsync(Child child)
    {
        _children.Remove(child.Spec.Name);
        _inOrder.Remove(child);
        await child.DisposeAsync();
    }

    /// <summary>Ends them, the last first: workers drain while their routers are there.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var child in Enumerable.Reverse(_inOrder))
        {
            await child.DisposeAsync();
        }
    }
}
