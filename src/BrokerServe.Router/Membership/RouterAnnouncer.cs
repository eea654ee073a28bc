using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Egress;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Membership;

/// <summary>Makes this router known to replicas and to other routers: join, heartbeat, leave.</summary>
internal sealed class RouterAnnouncer(string router, ObjectNames names, RouterOptions options, FramePublisher frames)
{
    private readonly Lock _lock = new();
    private (uint Number, string ReplyKey)? _epoch;
    private uint _joined; // The epoch that was announced by a join.

    /// <summary>There is a reply queue: announces the epoch, now or as soon as there is a connection to do it on.</summary>
    public void BeginEpoch(uint epoch, string replyKey)
    {
        lock (_lock)
        {
            _epoch = (epoch, replyKey);
        }

        Announce();
    }

    /// <summary>The reply queue is gone, or about to be: says nothing more until the next epoch.</summary>
    /// <param name="leave">Say good-bye, so that the other routers take over this one's share at once.</param>
    public void EndEpoch(bool leave)
    {
        lock (_lock)
        {
            if (leave && _epoch is { } epoch)
            {
                Say(AnnouncementKind.Leave, epoch);
            }

            _epoch = null;
        }
    }

    /// <summary>Says that this router is there: the first time in an epoch as a join, which makes workers announce themselves.</summary>
    public void Announce()
    {
        lock (_lock)
        {
            if (_epoch is { } epoch && frames.IsKeepingUp)
            {
                Say(_joined == epoch.Number ? AnnouncementKind.Heartbeat : AnnouncementKind.Join, epoch);
                _joined = epoch.Number;
            }
        }
    }

    private void Say(AnnouncementKind kind, (uint Number, string ReplyKey) epoch)
    {
        var announcement = new RouterAnnouncement(kind, router, epoch.Number, epoch.ReplyKey)
        {
            LeaseMs = (int)options.LeaseTimeout.TotalMilliseconds,
        };
        var properties = new MessageProperties { ContentType = ContentTypes.Announcement };
        frames.Post(new OutboundFrame().Fill(
            names.Routers, "", properties, PooledBytes.CopyOf(announcement.Encode()), credit: null, pool: null));
    }
}
