using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Membership;
using BrokerServe.Router.Tests.Dispatch;
using BrokerServe.Router.Tests.Mailboxes;
using BrokerServe.Router.Tests.Routing;

namespace BrokerServe.Router.Tests.Membership;

/// <summary>How much of a replica is one router's share, while other routers come and go.</summary>
public sealed class ShareSpecs
{
    private const int LeaseMs = 3_000;

    private readonly LoopRig _rig = new(replicas: 0, limit: 0);
    private readonly ReplicaDirectory _directory;

    public ShareSpecs()
    {
        _directory = new ReplicaDirectory("router", _rig.Loops, new RoutingHarness("backend").Control, _rig.Clock, fence: _ => { });
        _directory.BeginHearing();
    }

    [Theory]
    [InlineData(8, 4, 2)]
    [InlineData(7, 3, 2)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 1, 1)]
    public async Task Each_of_two_and_three_routers_has_its_share_of_a_replicas_limit_and_at_least_one(int limit, int ofTwo, int ofThree)
    {
        Replica(limit);
        Assert.Equal(limit, await Share());

        Hears("second", AnnouncementKind.Join);
        Assert.Equal(ofTwo, await Share());
        Hears("third", AnnouncementKind.Join);
        Assert.Equal(ofThree, await Share());

        Hears("second", AnnouncementKind.Leave);
        Assert.Equal(ofTwo, await Share());
        Hears("third", AnnouncementKind.Leave);
        Assert.Equal(limit, await Share());
        await EndAsync();
    }

    [Fact]
    public async Task A_router_that_is_silent_for_its_lease_has_no_share_any_more_and_one_that_speaks_keeps_it()
    {
        Replica(9, leaseMs: 600_000);
        Hears("silent", AnnouncementKind.Join);
        Hears("speaking", AnnouncementKind.Join);
        Assert.Equal(3, await Share());

        _rig.Time.Advance(TimeSpan.FromMilliseconds(LeaseMs));
        Hears("speaking", AnnouncementKind.Heartbeat);
        _directory.Expire();
        Assert.Equal(3, await Share());

        _rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        _directory.Expire();
        Assert.Equal(4, await Share());
        Hears("silent", AnnouncementKind.Heartbeat);
        Assert.Equal(3, await Share());
        await EndAsync();
    }

    [Fact]
    public async Task A_replica_that_comes_while_there_are_several_routers_is_shared_from_the_start()
    {
        Hears("second", AnnouncementKind.Join);
        Hears("router", AnnouncementKind.Join); // Its own voice.
        Hears("second", AnnouncementKind.Join); // Said twice.
        Replica(8);

        Assert.Equal(4, await Share());
        await EndAsync();
    }

    [Fact]
    public async Task A_router_that_heard_nothing_for_a_while_takes_nobodys_share()
    {
        Replica(8, leaseMs: 600_000);
        Hears("second", AnnouncementKind.Join);

        _directory.EndHearing();
        _rig.Time.Advance(TimeSpan.FromMinutes(5));
        _directory.Expire();
        Assert.Equal(4, await Share());

        _directory.BeginHearing();
        _directory.Expire();
        Assert.Equal(4, await Share());
        await EndAsync();
    }

    private void Replica(int limit, int leaseMs = LeaseMs) => _directory.Hear(
        new ReplicaAnnouncement(AnnouncementKind.Join, "backend", "r1", "queue.r1") { MaxConcurrent = limit, LeaseMs = leaseMs });

    private void Hears(string router, AnnouncementKind kind) =>
        _directory.Hear(new RouterAnnouncement(kind, router, 1, $"replies.{router}") { LeaseMs = LeaseMs });

    private Task<int> Share() => Patience.For(_rig.AskAsync(d => d.Credit), "The loop takes no mail.");

    private async Task EndAsync()
    {
        _rig.OpenChannel();
        await Patience.For(_rig.EndAsync(), "The loops did not end.");
    }
}
