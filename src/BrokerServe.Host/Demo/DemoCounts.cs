using System.Collections.Concurrent;

namespace BrokerServe.Host.Demo;

/// <summary>Queries that the handlers have run, by backend: the only place where shadow copies can be seen.</summary>
internal sealed class DemoCounts
{
    private readonly ConcurrentDictionary<string, Count> _byBackend = new(StringComparer.Ordinal);

    public Count Of(string backend) => _byBackend.GetOrAdd(backend, _ => new Count());

    internal sealed class Count
    {
        private long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Increment() => Interlocked.Increment(ref _value);
    }
}
