namespace BrokerServe.Host.Watching;

/// <summary>Who announced themselves, each believed in until the lease runs out. Any thread.</summary>
internal sealed class Roll<T>(TimeProvider time, Func<T, int> leaseMs)
{
    // Somebody who makes names up must not fill this process.
    private const int MaxNames = 100_000;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (T Said, long HeardAt)> _names = new(StringComparer.Ordinal);

    public void Hear(string name, T said, bool leaves)
    {
        lock (_lock)
        {
            if (leaves)
            {
                _names.Remove(name);
            }
            else if (_names.Count < MaxNames || _names.ContainsKey(name))
            {
                _names[name] = (said, time.GetTimestamp());
            }
        }
    }

    /// <summary>The newest word of everybody who is there, by name.</summary>
    public IReadOnlyList<T> Present()
    {
        lock (_lock)
        {
            foreach (var name in _names.Where(IsOver).Select(static entry => entry.Key).ToArray())
            {
                _names.Remove(name);
            }

            return [.. _names.Select(static entry => entry.Value.Said)];
        }
    }

    private bool IsOver(KeyValuePair<string, (T Said, long HeardAt)> entry) =>
        time.GetElapsedTime(entry.Value.HeardAt).TotalMilliseconds > leaseMs(entry.Value.Said);
}
