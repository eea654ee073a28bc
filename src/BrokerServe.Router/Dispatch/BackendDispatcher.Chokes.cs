using BrokerServe.Protocol;

namespace BrokerServe.Router.Dispatch;

// Replicas that are full although they have credit.
internal sealed partial class BackendDispatcher
{
    /// <summary>How long a replica that refused a query as too much is left alone, unless it answers another before.</summary>
    /// <remarks>
    /// Such a replica works on what this router does not count: it came back after its lease had run out, or routers disagree on how many
    /// they are. Of its progress nothing is heard, so it is tried again: twenty times a second is no load, and no caller notices 50 ms.
    /// </remarks>
    public const int ChokeMs = 50;

    // In the order of refusals; one that a later refusal or another reply of the same replica made void stays in here until it is due.
    private readonly Queue<(Replica Replica, long Number, long SinceMs)> _choked = new();
    private long _refusals;

    /// <summary>Closes the credit of a replica that says it has too much already; any other reply opens it again.</summary>
    private void Heed(Replica replica, ReplyStatus status)
    {
        if (status != ReplyStatus.Overloaded)
        {
            replica.ChokedBy = 0;
            return;
        }

        replica.ChokedBy = ++_refusals;
        _choked.Enqueue((replica, _refusals, NowMs));
    }

    private void EndChokes()
    {
        while (_choked.TryPeek(out var choke) && NowMs - choke.SinceMs >= ChokeMs)
        {
            _choked.Dequeue();
            if (choke.Replica.ChokedBy == choke.Number)
            {
                choke.Replica.ChokedBy = 0;
                Reindex(choke.Replica);
            }
        }
    }
}
