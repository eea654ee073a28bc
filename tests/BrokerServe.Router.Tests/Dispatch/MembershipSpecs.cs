using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Tests.Dispatch;

public sealed class MembershipSpecs
{
    private readonly DispatchHarness _backend = new();

    [Fact(DisplayName = "Semantics 9: Adding a replica twice is one replica.")]
    public void Adding_a_replica_twice_is_one_replica()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        r1.Joins(1);
        _backend.Caller.Sends("a", "b");

        r1.Receives("a");
        Assert.Equal(1, _backend.Dispatcher.Replicas);
        Assert.Equal(1, _backend.Dispatcher.Queued);
    }

    [Fact]
    public void Adding_a_replica_again_with_another_limit_changes_it_at_once()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a", "b");
        r1.Receives("a");
        r1.Joins(2);
        r1.Receives("b");
    }

    [Fact(DisplayName = "Semantics 9: Removing an unknown one is no error.")]
    public void Removing_an_unknown_replica_is_no_error()
    {
        _backend.Event(dispatcher => dispatcher.Lose("nobody"));
        _backend.Event(dispatcher => dispatcher.Drain("nobody"));
        _backend.Event(dispatcher => dispatcher.Leave("nobody"));
        _backend.Event(dispatcher => dispatcher.SetLimit("nobody", 3));
        _backend.Event(dispatcher => dispatcher.Hold("nobody", 1, []));

        Assert.Equal(0, _backend.Dispatcher.Replicas);
        Assert.Equal(0, _backend.Dispatcher.Counters.ReplicasLost);
    }

    [Fact(DisplayName = "Semantics 9: A removed (draining) replica gets nothing new; what it holds finishes and is delivered.")]
    public void A_draining_replica_gets_nothing_new_and_finishes_what_it_holds()
    {
        var r1 = _backend.Replica("r1", limit: 2);
        _backend.Caller.Sends("a");
        r1.Receives("a");

        r1.Drains();
        r1.Receives<FenceCommand>();
        _backend.Caller.Sends("b");
        r1.ReceivesNothing();
        Assert.Equal(0, _backend.Dispatcher.Credit);
        Assert.Equal(0, _backend.Dispatcher.Replicas);

        r1.Replies("a", "finished");
        _backend.Caller.Gets("a", "finished", by: "r1");
        r1.ReceivesNothing();
        _backend.Replica("r2").Receives("b");
    }

    [Fact]
    public void Each_draining_announcement_gets_one_fence_after_the_queries_of_its_turn()
    {
        var r1 = _backend.Replica("r1", limit: 2);

        _backend.Turn(() =>
        {
            _backend.Caller.Sends("a");
            r1.Drains();
            _backend.Caller.Sends("b");
        });
        r1.Receives("a");
        r1.Receives<FenceCommand>();
        r1.ReceivesNothing();

        r1.Drains(); // The announcement is repeated with every heartbeat.
        r1.Receives<FenceCommand>();
        r1.ReceivesNothing();
    }

    [Fact]
    public void A_draining_replica_that_announces_itself_again_goes_on_draining()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        r1.Drains();
        r1.Receives<FenceCommand>();

        r1.Joins(8);
        _backend.Caller.Sends("a");

        r1.ReceivesNothing();
        Assert.Equal(0, _backend.Dispatcher.Replicas);
    }

    [Fact]
    public void The_loss_of_a_draining_replica_is_counted_once()
    {
        var r1 = _backend.Replica("r1");
        _backend.Replica("r2");
        r1.Drains();
        r1.Dies();
        r1.Dies();

        Assert.Equal(1, _backend.Dispatcher.Replicas);
        Assert.Equal(1, _backend.Dispatcher.Counters.ReplicasLost);
    }

    [Fact]
    public void A_backend_whose_only_replica_is_taken_out_by_the_operator_has_none()
    {
        var backend = new DispatchHarness(new BackendConfig { WhenNoReplica = WhenNoReplica.Reject });
        var r1 = backend.Replica("r1", limit: 1);
        backend.Caller.Sends("a", "b");
        r1.Receives("a");

        r1.IsTakenOut();
        backend.Caller.Sends("c");
        backend.Caller.GetsError("c", ReplyStatus.NoBackend);
        r1.Replies("a");
        backend.Caller.Gets("a");
        r1.ReceivesNothing();

        r1.Joins(1);
        r1.Receives("b");
        Assert.Equal(1, backend.Dispatcher.Replicas);
    }

    [Fact]
    public void Requests_wait_for_a_replica_that_was_taken_out_up_to_the_bound()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = 1 });
        var r1 = backend.Replica("r1", limit: 1);
        r1.IsTakenOut();

        backend.Caller.Sends("a", "b");

        backend.Caller.WaitsFor("a");
        backend.Caller.GetsError("b", ReplyStatus.NoBackend);
        r1.Joins(1);
        r1.Receives("a");
    }

    [Fact]
    public void A_replica_that_takes_nothing_for_now_is_one_all_the_same()
    {
        var backend = new DispatchHarness(new BackendConfig { WhenNoReplica = WhenNoReplica.Reject });
        var server = backend.StaticReplica("server", limit: 0); // Queries cannot leave.

        backend.Caller.Sends("a");

        backend.Caller.WaitsFor("a");
        server.Joins(1);
        server.Receives("a");
    }

    [Theory]
    [InlineData("dies")]
    [InlineData("leaves")]
    [InlineData("drains")]
    [InlineData("loses a connection")]
    public void A_replica_that_was_taken_out_is_out_once_whatever_happens_to_it(string what)
    {
        var r1 = _backend.Replica("r1");
        _backend.Replica("r2");
        r1.IsTakenOut();
        Assert.Equal(1, _backend.Dispatcher.Replicas);

        switch (what)
        {
            case "dies":
                r1.Dies();
                break;
            case "leaves":
                r1.Leaves();
                break;
            case "drains":
                r1.Drains();
                break;
            case "loses a connection":
                _backend.LosesPublishing();
                Assert.Equal(1, _backend.Dispatcher.Replicas);
                r1.Lists(2);
                break;
        }

        Assert.Equal(1, _backend.Dispatcher.Replicas);
    }

    [Fact(DisplayName = "Semantics 29: finish, reply, leave: a good-bye that overtakes the last replies loses none of them.")]
    public void A_good_bye_that_overtakes_replies_loses_none_of_them()
    {
        var r1 = _backend.Replica("r1", limit: 2);
        _backend.Caller.Sends("a", "b");
        r1.Receives("a", "b");
        var r2 = _backend.Replica("r2");

        r1.Leaves();
        _backend.Caller.WaitsFor("a", "b");
        r2.ReceivesNothing();
        r1.Replies("a");
        r1.Replies("b");

        _backend.Caller.Gets("a", by: "r1", attempts: 1);
        _backend.Caller.Gets("b", by: "r1", attempts: 1);
        Assert.Equal((1, 0), (_backend.Dispatcher.Counters.ReplicasLeft, _backend.Dispatcher.Counters.ReplicasLost));
    }

    [Fact]
    public void A_replica_that_left_gets_nothing_new_not_even_a_command()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxBatchSize = 4 });
        var r1 = backend.Replica("r1", limit: 2);
        r1.Receives<ConfigureCommand>();
        backend.Caller.Sends("a");
        r1.Receives("a");

        r1.Leaves();
        backend.Caller.Sends("b");
        backend.Caller.Cancels("a");
        backend.Configure(config => config with { MaxBatchSize = 8 });
        backend.LosesPublishing();
        r1.Drains();

        r1.ReceivesNothing();
        Assert.Equal(0, backend.Dispatcher.Replicas);
    }

    [Fact]
    public void What_a_replica_that_left_never_answered_is_given_back_with_its_lease()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a");
        r1.Leaves();

        r1.Dies();

        Assert.Equal((0, 1), (_backend.Dispatcher.Counters.ReplicasLeft, _backend.Dispatcher.Counters.ReplicasLost));
        _backend.Replica("r2").Receives("a");
    }

    [Fact]
    public void A_replica_that_leaves_idle_is_forgotten_at_once_and_its_lease_with_it()
    {
        var r1 = _backend.Replica("r1");
        _backend.LosesPublishing();

        r1.Leaves(); // Its answer to sync will never come, and is asked for no more.
        r1.Leaves();
        r1.Dies();

        Assert.False(_backend.Dispatcher.NeedsTicks);
        Assert.Equal((1, 0), (_backend.Dispatcher.Counters.ReplicasLeft, _backend.Dispatcher.Counters.ReplicasLost));
        var again = _backend.Replica("r1 again", limit: 1);
        _backend.Caller.Sends("a");
        again.Receives("a");
    }

    [Fact(DisplayName = "Semantics 28: Config changes (limit, batch size, user config) reach running workers; replicas are not restarted.")]
    public void Settings_reach_every_framed_replica_when_it_joins_and_when_they_change()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxBatchSize = 4 });
        var r1 = backend.Replica("r1");
        var plain = backend.Replica("plain", dialect: Dialect.Plain);
        Assert.Equal(4, r1.Receives<ConfigureCommand>().MaxBatchSize);

        backend.Configure(config => config with { MaxBatchSize = 8, UserConfig = "{}" });

        var command = r1.Receives<ConfigureCommand>();
        Assert.Equal(8, command.MaxBatchSize);
        Assert.Equal("{}", command.UserConfig);
        plain.ReceivesNothing();
    }

    [Fact]
    public void Settings_that_are_removed_are_taken_back_by_a_command_without_them()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxBatchSize = 4, UserConfig = "{}" });
        var r1 = backend.Replica("r1");
        r1.Receives<ConfigureCommand>();

        backend.Configure(config => config with { MaxBatchSize = null });
        var first = r1.Receives<ConfigureCommand>();
        Assert.Null(first.MaxBatchSize);
        Assert.Equal("{}", first.UserConfig);

        backend.Configure(_ => new BackendConfig());
        Assert.Equal(new ConfigureCommand(first.Router), r1.Receives<ConfigureCommand>());

        // Who comes now may have been told something by a router that was there before this one.
        Assert.Equal(new ConfigureCommand(first.Router), backend.Replica("r2").Settings);
    }

    [Fact(DisplayName = "Semantics 11: Handler error: the reply is `handler_error` with type, message and remote stack trace; the replica stays in service; the credit returns.")]
    public void A_handler_error_is_delivered_and_the_replica_stays_in_service()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a", "b");
        r1.Receives("a");

        r1.Replies("a", ReplyStatus.HandlerError, "DivideByZeroException: ... at Div.Handle");

        _backend.Caller.GetsReplicaError("a", ReplyStatus.HandlerError, "DivideByZeroException: ... at Div.Handle");
        r1.Receives("b");
        r1.Replies("b");
        _backend.Caller.Gets("b");
    }
}
