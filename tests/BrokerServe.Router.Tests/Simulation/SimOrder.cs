using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>First attempts of one router, endpoint, backend and priority are dispatched in delivery order.</summary>
/// <remarks>A turn's queries come grouped by replica, so order counts between turns, and within a turn for each replica.</remarks>
internal sealed class SimOrder
{
    private readonly Dictionary<(string Endpoint, string Backend, int Priority), (long Before, long Now)> _last = [];
    private readonly Dictionary<(string Replica, string Endpoint, int Priority), long> _lastAt = [];
    private readonly HashSet<Request> _seen = [];

    public void Dispatched(SimWorld world, Replica replica, Request request)
    {
        // A second attempt goes to the head, and a copy waits in a queue of its own.
        if (!_seen.Add(request) || request.IsShadow)
        {
            return;
        }

        var key = (request.Endpoint, request.Backend, request.Priority);
        var last = _last.GetValueOrDefault(key);
        Check(last.Before);
        _last[key] = (last.Before, Math.Max(last.Now, request.ArrivalNumber));

        var at = (replica.Name, request.Endpoint, request.Priority);
        Check(_lastAt.GetValueOrDefault(at));
        _lastAt[at] = request.ArrivalNumber;

        void Check(long before) => SimLaws.Check(
            world, request.ArrivalNumber > before, $"{request.CorrelationId}, the {request.ArrivalNumber}th to arrive, was dispatched after the {before}th.");
    }

    public void EndTurn()
    {
        foreach (var (key, last) in _last)
        {
            _last[key] = (last.Now, last.Now);
        }
    }
}
