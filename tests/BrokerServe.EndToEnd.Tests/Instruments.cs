using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>Listens to one meter, wherever in the process it is.</summary>
internal sealed class Instruments : IDisposable
{
    private readonly ConcurrentBag<(string Name, double Value, (string, string)[] Tags)> _measured = [];
    private readonly MeterListener _listener = new();

    public Instruments(string meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What a counter has counted.</summary>
    public double Sum(string name, params (string, string)[] tags) => Of(name, tags).Sum(m => m.Value);

    /// <summary>How often something was measured.</summary>
    public int Count(string name, params (string, string)[] tags) => Of(name, tags).Count();

    /// <summary>What a gauge shows now.</summary>
    public double Observe(string name, params (string, string)[] tags)
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return Sum(name, tags);
    }

    public void Dispose() => _listener.Dispose();

    private IEnumerable<(string Name, double Value, (string, string)[] Tags)> Of(string name, (string, string)[] tags) =>
        _measured.Where(m => m.Name == name && tags.All(m.Tags.Contains));

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var texts = new (string, string)[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            texts[i] = (tags[i].Key, tags[i].Value?.ToString() ?? "");
        }

        _measured.Add((instrument.Name, value, texts));
    }
}
