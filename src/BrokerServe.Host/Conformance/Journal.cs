namespace BrokerServe.Host.Conformance;

/// <summary>What came, in order. Any thread adds; checks look back, and wait for more.</summary>
internal sealed class Journal<T>
    where T : class
{
    private readonly Lock _lock = new();
    private readonly List<T> _entries = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    public void Add(T entry)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            _entries.Add(entry);
            (more, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        more.SetResult();
    }

    /// <summary>What there is from a position on.</summary>
    public T[] From(int position = 0)
    {
        lock (_lock)
        {
            return _entries.GetRange(position, _entries.Count - position).ToArray();
        }
    }

    /// <summary>The position behind an entry that is here.</summary>
    public int Behind(T entry)
    {
        lock (_lock)
        {
            return _entries.IndexOf(entry) + 1;
        }
    }

    /// <summary>Waits for the first entry from a position on that matches.</summary>
    /// <returns>The entry; null when none came in time.</returns>
    public async Task<T?> WaitAsync(int position, Func<T, bool> matches, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Task more;
            T[] entries;
            lock (_lock)
            {
                entries = _entries.GetRange(position, _entries.Count - position).ToArray();
                more = _more.Task;
            }

            if (Array.Find(entries, entry => matches(entry)) is { } found)
            {
                return found;
            }

            position += entries.Length;
            var left = patience - TimeProvider.System.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return null;
            }

            try
            {
                await more.WaitAsync(left, cancellationToken);
            }
            catch (TimeoutException)
            {
                // One more look: the last moment counts.
            }
        }
    }
}
