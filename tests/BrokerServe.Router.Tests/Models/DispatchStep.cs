namespace BrokerServe.Router.Tests.Models;

/// <summary>One event for a dispatcher and its model. The numbers are taken modulo what there is to choose from.</summary>
internal sealed record DispatchStep(DispatchStep.What Kind, int A, int B, int C, bool EndsTurn)
{
    internal enum What
    {
        Arrive,
        Shadow,
        Reply,
        Refuse,
        LateReply,
        Cancel,
        Join,
        SetLimit,
        Drain,
        Leave,
        Lose,
        Wait,
        Jump,
        LosePublishing,
        LoseConsuming,
        Hold,
        Reconfigure,
        RemoveEndpoint,
        RequeueEndpoint,
        Remove,
        Room,
    }

    // How often each comes, of their sum.
    private static readonly (What Kind, int Weight)[] Weights =
    [
        (What.Arrive, 60), (What.Shadow, 8), (What.Reply, 40), (What.Refuse, 6), (What.LateReply, 3), (What.Cancel, 6),
        (What.Join, 10), (What.SetLimit, 6), (What.Drain, 2), (What.Leave, 3), (What.Lose, 5), (What.Wait, 12), (What.Jump, 2),
        (What.LosePublishing, 3), (What.LoseConsuming, 3), (What.Hold, 14), (What.Reconfigure, 3), (What.RemoveEndpoint, 1),
        (What.RequeueEndpoint, 2), (What.Remove, 0), (What.Room, 8),
    ];

    public static DispatchStep Next(Random chance)
    {
        var draw = chance.Next(Weights.Sum(w => w.Weight) * 10);

        // Nothing much follows a removal, so it is rarer than any weight can say.
        var kind = draw == 0 ? What.Remove : Weights.SkipWhile(w => (draw -= w.Weight * 10) >= 0).First().Kind;
        return new DispatchStep(kind, chance.Next(1_000), chance.Next(1_000), chance.Next(1_000), chance.Next(3) > 0);
    }
}
