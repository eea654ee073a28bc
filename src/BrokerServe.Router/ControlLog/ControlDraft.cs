using BrokerServe.Protocol.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.ControlLog;

/// <summary>What an author makes of the control log before anything is written: changed and checked as in a running router, then taken as edits.</summary>
/// <remarks>For one caller. It concerns nobody until its edits are appended.</remarks>
internal sealed class ControlDraft
{
    private readonly ControlState _state;
    private readonly RoutingControl _control;
    private readonly RouterConfig _before;
    private readonly HashSet<string> _implied;
    private readonly Dictionary<ControlKey, string?> _values = []; // What is set as it is, beside endpoints and backends.

    /// <param name="state">What the author has read.</param>
    /// <param name="options">Settings of routers that the checks look at; the defaults where the author does not know them.</param>
    public ControlDraft(ControlState state, RouterOptions options)
    {
        _state = state;
        _control = new RoutingControl(new ConfigValidator(options));
        var reading = new ControlReading(options.Section).Read(state);
        _control.Begin(reading.Config);
        _before = _control.Current;
        _implied = [.. reading.Implied];
    }

    /// <summary>Changes and checks as a running router does, with its messages.</summary>
    public IRouterControl Control => _control;

    /// <summary>Backends that stand in the log from now on also when they say nothing, and so are no slip of the endpoints that name them.</summary>
    public void Name(string backend) => _implied.Remove(backend);

    /// <summary>Sets the whole value of an object that is neither endpoint nor backend; null removes it.</summary>
    public void Set(ControlKey key, string? value) => _values[key] = value;

    /// <summary>What is to be written, in the order of the objects; empty when everything is as it is to be.</summary>
    public IReadOnlyList<ControlEdit> ToEdits()
    {
        var after = _control.Current;
        var edits = new List<ControlEdit>();
        foreach (var (name, endpoint) in after.Endpoints)
        {
            Compare(ControlKey.Endpoint(name), endpoint, _before.Endpoints.TryGetValue(name, out var before) && before.SaysTheSameAs(endpoint), edits);
        }

        foreach (var (name, backend) in after.Backends)
        {
            var same = _before.Backends.TryGetValue(name, out var before) && before.SaysTheSameAs(backend);
            Compare(ControlKey.Backend(name), backend, same && (_implied.Contains(name) || IsThere(ControlKey.Backend(name))), edits);
        }

        edits.AddRange(_before.Endpoints.Keys.Where(name => !after.Endpoints.ContainsKey(name)).Select(name => Edit(ControlKey.Endpoint(name), null)));
        edits.AddRange(_before.Backends.Keys.Where(name => !after.Backends.ContainsKey(name) && IsThere(ControlKey.Backend(name)))
            .Select(name => Edit(ControlKey.Backend(name), null)));
        edits.AddRange(_values.Where(set => _state.Find(set.Key)?.Value != set.Value).Select(set => Edit(set.Key, set.Value)));
        return [.. edits.OrderBy(ControlKey.Of)];
    }

    private void Compare(ControlKey key, object settings, bool same, List<ControlEdit> edits)
    {
        if (!same)
        {
            edits.Add(Edit(key, ControlDocument.Write(settings, _state.Find(key)?.Value)));
        }
    }

    private bool IsThere(ControlKey key) => _state.Find(key) is not null;

    private ControlEdit Edit(ControlKey key, string? value) => new(key.Kind, key.Name, _state.VersionOf(key), value);
}
