using BrokerServe.Protocol;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.Scheduling;

public sealed class GateSpecs
{
    [Fact(DisplayName = "Semantics 7: It never runs more, however many routers there are, because the worker enforces it too")]
    public void Never_more_run_than_the_limit_however_many_routers_send()
    {
        var replica = new ReplicaHarness(limit: 3);
        var routers = Enumerable.Range(0, 4).Select(number => replica.Router($"router-{number}")).ToArray();
        foreach (var router in routers)
        {
            router.Sends(1, 2, 3);
        }

        Assert.Equal(3, replica.TakeStarts().Length);
        Assert.Equal(12, replica.Scheduler.HeldCount);
        Assert.Equal(3, replica.Scheduler.Running);
    }

    [Fact(DisplayName = "Semantics 7: it holds at most its limit, or one per router: more than every router's whole limit is refused")]
    public void What_is_beyond_the_limit_of_every_router_is_refused_and_counted()
    {
        var replica = new ReplicaHarness(limit: 2);
        var a = replica.Router("router-a");
        a.Sends(1, 2, 3);

        Assert.Equal([(3UL, ReplyStatus.Overloaded)], replica.TakeReplies());
        Assert.Equal(2, replica.Scheduler.HeldCount);

        // Each router may believe for a while that it is alone.
        replica.Router("router-b").Sends(1, 2, 3);
        Assert.Equal([(3UL, ReplyStatus.Overloaded)], replica.TakeReplies());
        Assert.Equal(4, replica.Scheduler.HeldCount);
    }

    [Fact(DisplayName = "Semantics 7: what it is sent ahead waits in it: it runs no more, and the next starts in the turn in which one ends")]
    public void What_is_sent_ahead_waits_and_starts_as_soon_as_one_ends()
    {
        var replica = new ReplicaHarness(limit: 2, worker => worker.QueriesAhead = 2);
        replica.Router().Sends(1, 2, 3, 4, 5);

        Assert.Equal([[1UL], [2UL]], replica.TakeStarts());
        Assert.Equal([(5UL, ReplyStatus.Overloaded)], replica.TakeReplies()); // More than it has announced.
        replica.Ends(2);
        Assert.Equal([[3UL]], replica.TakeStarts());
        Assert.Equal(2, replica.Scheduler.Running);
        Assert.Equal(3, replica.Scheduler.HeldCount);
    }

    [Fact]
    public void An_operators_limit_counts_for_what_runs_whatever_is_sent_ahead()
    {
        var replica = new ReplicaHarness(limit: 2, worker => worker.QueriesAhead = 2);
        var router = replica.Router();
        router.Configures(limit: 3);
        router.Sends(1, 2, 3);
        Assert.Equal([[1UL], [2UL]], replica.TakeStarts());
        router.Configures(limit: 1);
        replica.Ends(1);
        Assert.Empty(replica.TakeStarts());
        replica.Ends(2);
        Assert.Equal([[3UL]], replica.TakeStarts());
    }

    [Fact]
    public void Waiting_queries_start_in_the_order_in_which_they_came_whoever_sent_them()
    {
        var replica = new ReplicaHarness(limit: 1);
        var a = replica.Router("router-a");
        var b = replica.Router("router-b");
        a.Sends(10);
        b.Sends(20);
        a.Announces(Protocol.Announcements.AnnouncementKind.Heartbeat);
        Assert.Equal([[10UL]], replica.TakeStarts());

        replica.Ends(10);
        Assert.Equal([[20UL]], replica.TakeStarts());
        a.Sends(11);
        replica.Ends(20);
        Assert.Equal([[11UL]], replica.TakeStarts());
    }

    [Fact(DisplayName = "Semantics 28: Config changes (limit, ...) reach running workers; replicas are not restarted: a raise starts what waits at once")]
    public void A_raised_limit_starts_what_waits_at_once()
    {
        var replica = new ReplicaHarness(limit: 4);
        var router = replica.Router();
        router.Configures(limit: 1);
        router.Sends(1, 2, 3);
        Assert.Equal([[1UL]], replica.TakeStarts());

        router.Configures(limit: 3);
        Assert.Equal([[2UL], [3UL]], replica.TakeStarts());
        Assert.Equal(3, replica.Scheduler.Limit);
    }

    [Fact(DisplayName = "Semantics 28: Config changes (limit, ...) reach running workers; replicas are not restarted: a cut waits for what runs")]
    public void A_cut_limit_lets_nothing_start_until_enough_has_ended()
    {
        var replica = new ReplicaHarness(limit: 3);
        var router = replica.Router();
        router.Sends(1, 2, 3);
        replica.TakeStarts();
        router.Configures(limit: 1);
        router.SendsFrame(new Query(4) { TimeLeftMs = 60_000 });
        replica.Router("router-b").Sends(5);

        replica.Ends(1);
        replica.Ends(2);
        Assert.Empty(replica.TakeStarts());
        replica.Ends(3);
        Assert.Equal([[5UL]], replica.TakeStarts());
    }

    [Fact(DisplayName = "Semantics 7: with both, the smaller: an operator cannot raise the limit above the worker's own, and null gives it back")]
    public void The_smaller_of_the_operators_limit_and_the_workers_own_counts()
    {
        var replica = new ReplicaHarness(limit: 2);
        var router = replica.Router();
        router.Configures(limit: 100);
        Assert.Equal(2, replica.Scheduler.Limit);
        router.Configures(limit: 1);
        Assert.Equal(1, replica.Scheduler.Limit);
        router.Configures(limit: null);
        Assert.Equal(2, replica.Scheduler.Limit);
    }

    [Fact]
    public void A_cancelled_query_in_the_middle_of_the_line_leaves_it_in_order()
    {
        var replica = new ReplicaHarness(limit: 4);
        var router = replica.Router();
        router.Configures(limit: 1);
        router.Sends(1, 2, 3, 4);
        router.Cancels(3);
        replica.TakeStarts();
        Assert.Equal([(3UL, ReplyStatus.Cancelled)], replica.TakeReplies());

        replica.Ends(1);
        Assert.Equal([[2UL]], replica.TakeStarts());
        replica.Ends(2);
        Assert.Equal([[4UL]], replica.TakeStarts());
    }

    [Fact]
    public void Handlers_of_a_lost_life_keep_their_places_until_they_have_ended()
    {
        var replica = new ReplicaHarness(limit: 2);
        replica.Router().Sends(1, 2);
        var orphans = replica.Starts.ToArray();
        replica.TakeStarts();
        replica.Dies();
        replica.Lives("replica-2");

        replica.Router().Sends(11, 12);
        Assert.Empty(replica.TakeStarts());
        replica.Scheduler.Ended(orphans[0]);
        replica.Turn();
        Assert.Equal([[11UL]], replica.TakeStarts());
        Assert.Empty(replica.TakeReplies());
    }
}
