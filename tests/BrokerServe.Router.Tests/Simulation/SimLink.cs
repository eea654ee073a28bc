namespace BrokerServe.Router.Tests.Simulation;

/// <summary>One direction of one connection: what is sent arrives in order after a while, until the link breaks.</summary>
/// <remarks>
/// Of what is on its way when it breaks, a part arrives after all, perhaps much later and behind what a newer connection brings; the rest
/// is lost. Nobody is told which.
/// </remarks>
internal sealed class SimLink(SimWorld world, int maxDelayMs)
{
    private readonly Queue<Action> _onTheWay = new();
    private long _lastArrivalMs;
    private bool _broken;
    private bool _late;

    public void Send(Action arrive)
    {
        if (_broken)
        {
            return;
        }

        _onTheWay.Enqueue(arrive);
        _lastArrivalMs = Math.Max(_lastArrivalMs, world.NowMs + world.Chance.Next(maxDelayMs + 1));
        world.After(_lastArrivalMs - world.NowMs, ArriveNext);
    }

    public void Break()
    {
        if (_broken)
        {
            return;
        }

        _broken = true;
        var arrives = world.Chance.Next(_onTheWay.Count + 1);
        var survivors = _onTheWay.Take(arrives).ToArray();
        _onTheWay.Clear();
        _late = true;
        var delay = 0L;
        foreach (var arrive in survivors)
        {
            delay += world.Chance.Next(400);
            world.After(delay, arrive);
        }
    }

    private void ArriveNext()
    {
        // After the break the survivors come by entries of their own.
        if (!_late && _onTheWay.TryDequeue(out var arrive))
        {
            arrive();
        }
    }
}
