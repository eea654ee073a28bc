using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Membership;

/// <summary>Numbers the lives of the router's connections, and has every loop ask its replicas what they hold when one ends.</summary>
/// <remarks>Any thread; a lock, because connections seldom end.</remarks>
internal sealed class Incarnations(string router, DispatchLoops loops)
{
    private readonly Lock _lock = new();
    private SyncCommand? _current;

    /// <summary>A new epoch: replies go to another queue from now on.</summary>
    public void BeginEpoch(uint epoch, string replyKey) => Raise((epoch, replyKey));

    /// <summary>A new publishing connection: what was on the last one may be lost. Nothing to ask before the first epoch.</summary>
    public void BeginPublishing() => Raise(epoch: null);

    /// <summary>Tells a loop that was just made.</summary>
    public void Introduce(DispatchLoop loop)
    {
        lock (_lock)
        {
            if (_current is { } current)
            {
                loop.Post(new ControlMail(dispatcher => dispatcher.Resync(current)));
            }
        }
    }

    private void Raise((uint Number, string ReplyKey)? epoch)
    {
        lock (_lock)
        {
            if (epoch is null && _current is null)
            {
                return;
            }

            var next = (_current?.Incarnation ?? 0) + 1;
            var sync = epoch is { } e ? new SyncCommand(router, next, e.Number, e.ReplyKey) : _current! with { Incarnation = next };
            _current = sync;
            loops.Post(dispatcher => dispatcher.Resync(sync));
        }
    }
}
