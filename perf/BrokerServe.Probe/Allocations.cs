using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;

namespace BrokerServe.Probe;

/// <summary>Which types the process allocates, by the runtime's own samples: one for about every 100 KB.</summary>
public sealed class Allocations : EventListener
{
    private const EventKeywords GarbageCollector = (EventKeywords)1;
    private readonly ConcurrentDictionary<string, long> _bytes = new();

    /// <summary>The share of each type in what was allocated, the largest first; empty while nothing was sampled.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Shares()
    {
        var all = (double)_bytes.Values.Sum();
        return [.. _bytes.OrderByDescending(entry => entry.Value).Select(entry => KeyValuePair.Create(entry.Key, entry.Value / all))];
    }

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, GarbageCollector);
        }
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("GCAllocationTick", StringComparison.Ordinal) is true)
        {
            var type = (string)eventData.Payload![eventData.PayloadNames!.IndexOf("TypeName")]!;
            var bytes = Convert.ToInt64(eventData.Payload[eventData.PayloadNames.IndexOf("AllocationAmount64")], CultureInfo.InvariantCulture);
            _bytes.AddOrUpdate(type, bytes, (_, sum) => sum + bytes);
        }
    }
}
