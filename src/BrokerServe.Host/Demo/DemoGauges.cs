using System.Diagnostics.Metrics;
using BrokerServe.Host.Pictures;

namespace BrokerServe.Host.Demo;

/// <summary>Reads the demo's own meters, as a metrics collector does.</summary>
internal sealed class DemoGauges : IDisposable
{
    private const string Dropped = "brokerserve.client.replies.dropped";

    private readonly MeterListener _listener = new();
    private Dictionary<string, BackendGauges> _byBackend = [];
    private long _dropped;

    /// <summary>Listens to the meters of one host.</summary>
    public DemoGauges(IMeterFactory host)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, host)
                && instrument.Name is ("brokerserve.router.backlog" or "brokerserve.router.in_flight" or "brokerserve.router.credit"
                    or "brokerserve.router.replicas" or Dropped))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _listener.Start();
    }

    /// <summary>Replies that came a second time, or after their call had ended.</summary>
    public long Duplicates => Interlocked.Read(ref _dropped);

    /// <summary>What the router says of each backend. One thread.</summary>
    public IReadOnlyDictionary<string, BackendGauges> Read()
    {
        _byBackend = new Dictionary<string, BackendGauges>(StringComparer.Ordinal);
        _listener.RecordObservableInstruments();
        return _byBackend;
    }

    public void Dispose() => _listener.Dispose();

    private void Add(string instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (instrument == Dropped)
        {
            // The one that is counted from many threads.
            Interlocked.Add(ref _dropped, value);
            return;
        }

        var backend = BackendOf(tags);
        var sum = _byBackend.GetValueOrDefault(backend);
        _byBackend[backend] = instrument switch
        {
            "brokerserve.router.backlog" => sum with { Backlog = sum.Backlog + value },
            "brokerserve.router.in_flight" => sum with { InFlight = sum.InFlight + value },
            "brokerserve.router.credit" => sum with { Credit = sum.Credit + value },
            _ => sum with { Replicas = sum.Replicas + value },
        };
    }

    private static string BackendOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            if (name == "backend" && value is string backend)
            {
                return backend;
            }
        }

        return "unknown";
    }
}
