using BrokerServe.Transport.Supervision;

namespace BrokerServe.Transport.Tests.Supervision;

/// <summary>A plan and a model broker that live through the same random steps.</summary>
internal sealed class PlanRun(int prefetch)
{
    private readonly SettlementPlan _plan = new(prefetch);
    private readonly BrokerModel _broker = new(prefetch);
    private readonly List<ulong> _held = [];

    /// <summary>Takes the steps; true when the broker had nothing to complain about and was told everything.</summary>
    public bool Follows((int Kind, int Pick)[] steps)
    {
        foreach (var (kind, pick) in steps)
        {
            switch (kind)
            {
                case < 4 when _broker.TryDeliver(out var tag):
                    _held.Add(tag);
                    break;
                case < 7 when _held.Count > 0:
                    Say(pick, requeue: false);
                    break;
                case 7 when _held.Count > 0:
                    Say(pick, requeue: true);
                    break;
                default:
                    TurnOnce();
                    break;
            }
        }

        // Nothing is held longer than one turn: after two, only what nobody settled is open.
        TurnOnce();
        TurnOnce();
        return !_plan.Holds && _broker.Complaints.IsEmpty && _broker.Unsettled == _held.Count;
    }

    /// <summary>Takes one turn and says what was to be sent.</summary>
    public static string Turn(SettlementPlan plan, bool everything)
    {
        plan.Decide(everything);
        var said = plan.Requeues.Select(tag => $"requeue {tag}").ToList();
        if (plan.Prefix != 0)
        {
            said.Add(plan.PrefixIsMultiple ? $"ack ..{plan.Prefix}" : $"ack {plan.Prefix}");
        }

        said.AddRange(plan.Singles.Select(tag => $"ack {tag}"));
        plan.Sent();
        return string.Join(", ", said);
    }

    private void Say(int pick, bool requeue)
    {
        var tag = _held[pick % _held.Count];
        _held.Remove(tag);
        _broker.Expect(tag, requeue);
        if (requeue)
        {
            _plan.Requeue(tag);
        }
        else
        {
            _plan.Settle(tag);
        }
    }

    private void TurnOnce()
    {
        _plan.Decide(everything: false);
        foreach (var tag in _plan.Requeues)
        {
            _broker.RequeueAsync(tag);
        }

        if (_plan.Prefix != 0)
        {
            _broker.AckAsync(_plan.Prefix, _plan.PrefixIsMultiple);
        }

        foreach (var tag in _plan.Singles)
        {
            _broker.AckAsync(tag, multiple: false);
        }

        _plan.Sent();
    }
}
