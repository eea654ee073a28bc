using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Models;

/// <summary>A backlog of plain lists, scanned: slow, and right at a glance.</summary>
internal sealed class BacklogModel
{
    private readonly SortedDictionary<int, Endpoint> _endpoints = [];
    private readonly List<int> _turns = []; // Endpoints with something waiting, the next first.

    public List<Request> Shadows { get; } = [];

    public int Waiting => _endpoints.Values.Sum(e => e.Waiting.Count);

    public int Held => _endpoints.Values.Sum(e => e.Held.Count);

    public bool IsEmpty => Waiting + Shadows.Count == 0;

    public IEnumerable<Request> All => _endpoints.Values.SelectMany(e => e.Waiting.Concat(e.Held)).Concat(Shadows);

    public int WaitingOf(int endpoint) => Of(endpoint).Waiting.Count;

    public int HeldOf(int endpoint) => Of(endpoint).Held.Count;

    public IEnumerable<Request> AllOf(int endpoint) => Of(endpoint).Waiting.Concat(Of(endpoint).Held);

    public void Add(Request request, bool first)
    {
        var waiting = Of(request.EndpointId).Waiting;
        if (first)
        {
            waiting.Insert(0, request);
        }
        else
        {
            waiting.Add(request);
        }

        UpdateTurns(request.EndpointId);
    }

    public void Hold(Request request) => Of(request.EndpointId).Held.Add(request);

    public Request? Take(int max)
    {
        if (_turns.Count == 0)
        {
            var shadow = Shadows.FirstOrDefault();
            Shadows.Remove(shadow!);
            return shadow;
        }

        var id = _turns[0];
        var endpoint = Of(id);

        // The first of the highest priority; every 16th time the oldest of the firsts.
        var firsts = endpoint.Waiting.GroupBy(r => r.Priority).Select(priority => priority.First());
        var request = ++endpoint.Taken % 16 == 0 ? firsts.MinBy(r => r.ArrivalNumber)! : firsts.MaxBy(r => r.Priority)!;
        endpoint.Waiting.Remove(request);
        _turns.RemoveAt(0);
        UpdateTurns(id); // Back to the end of the row, if more waits.
        Admit(id, max);
        return request;
    }

    public void Remove(Request request, int max)
    {
        if (Shadows.Remove(request))
        {
            return;
        }

        var endpoint = Of(request.EndpointId);
        if (!endpoint.Held.Remove(request))
        {
            Assert.True(endpoint.Waiting.Remove(request));
            UpdateTurns(request.EndpointId);
            Admit(request.EndpointId, max);
        }
    }

    public void AdmitHeld(int max)
    {
        foreach (var id in _endpoints.Keys)
        {
            Admit(id, max);
        }
    }

    private void Admit(int id, int max)
    {
        var endpoint = Of(id);
        while (endpoint.Held.Count > 0 && endpoint.Waiting.Count < max)
        {
            endpoint.Waiting.Add(endpoint.Held[0]);
            endpoint.Held.RemoveAt(0);
        }

        UpdateTurns(id);
    }

    private void UpdateTurns(int id)
    {
        if (Of(id).Waiting.Count == 0)
        {
            _turns.Remove(id);
        }
        else if (!_turns.Contains(id))
        {
            _turns.Add(id);
        }
    }

    private Endpoint Of(int id)
    {
        if (!_endpoints.TryGetValue(id, out var endpoint))
        {
            _endpoints.Add(id, endpoint = new Endpoint());
        }

        return endpoint;
    }

    private sealed class Endpoint
    {
        public List<Request> Waiting { get; } = [];

        public List<Request> Held { get; } = [];

        public int Taken { get; set; }
    }
}
