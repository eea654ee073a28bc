using System.Diagnostics.Metrics;

namespace BrokerServe.Host.Demo;

/// <summary>Reads the demo's own meters, as a metrics collector does.</summary>
internal sealed class DemoGauges : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _backlog;
    private long _inFlight;
    private long _credit;
    private long _dropped;

    /// <summary>Listens to the meters of one host.</summary>
    public DemoGauges(IMeterFactory host)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, host)
                && instrument.Name is ("brokerserve.router.backlog" or "brokerserve.router.in_flight" or "brokerserve.router.credit"
                    or "brokerserve.client.replies.dropped"))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument.Name, value));
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
        _listener.Start();
    }

    /// <summary>Replies that came a second time, or after their call had ended.</summary>
    public long Duplicates => Interlocked.Read(ref _dropped);

    /// <summary>Requests waiting, queries at replicas, and queries that replicas would take, of all backends together.</summary>
    public (long Backlog, long InFlight, long Credit) Read()
    {
        (_backlog, _inFlight, _credit) = (0, 0, 0);
        _listener.RecordObservableInstruments();
        return (_backlog, _inFlight, _credit);
    }

    public void Dispose() => _listener.Dispose();

    private void Add(string instrument, long value)
    {
        switch (instrument)
        {
            case "brokerserve.router.backlog":
                _backlog += value;
                break;
            case "brokerserve.router.in_flight":
                _inFlight += value;
                break;
            case "brokerserve.router.credit":
                _credit += value;
                break;
            default:
                // The one that is counted from many threads.
                Interlocked.Add(ref _dropped, value);
                break;
        }
    }
}
