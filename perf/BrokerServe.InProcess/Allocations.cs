using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;

namespace BrokerServe.InProcess;

/// <summary>Which types the process allocates, by the runtime's own samples: one for about every 100 KB.</summary>
internal sealed class Allocations : EventListener
{
    private const EventKeywords GarbageCollector = (EventKeywords)1;
    private readonly ConcurrentDictionary<string, long> _bytes = new();

    /// <summary>Prints the types that make up all but the last few of <paramref name="bytesEach"/>.</summary>
    public void Print(TextWriter output, double bytesEach)
    {
        var all = _bytes.Values.Sum();
        output.WriteLine("| bytes each | type |");
        output.WriteLine("|---:|---|");
        foreach (var (type, bytes) in _bytes.OrderByDescending(entry => entry.Value).TakeWhile(entry => bytesEach * entry.Value / all >= 1))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {bytesEach * bytes / all:F0} | {type} |"));
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, GarbageCollector);
        }
    }

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
