using BrokerServe.Protocol;
using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>"A request is suspect once a replica died holding it": it may be what kills them.</summary>
public sealed class SuspectSpecs
{
    private readonly DispatchHarness _backend = new(new BackendConfig { MaxAttempts = 2 });

    private TestCaller Caller => _backend.Caller;

    [Fact(DisplayName = "A request is suspect once a replica died holding it; only its last permitted attempt runs alone on a replica")]
    public void The_last_attempt_of_a_suspect_runs_alone()
    {
        var r1 = Suspect("poison");
        var r2 = _backend.Replica("r2", limit: 2);
        var r3 = _backend.Replica("r3", limit: 2);
        Caller.Sends("a", "b");
        r2.Receives("a");
        r3.Receives("b");

        r1.Dies();
        r2.ReceivesNothing(); // It is kept for the suspect, and finishes first what it holds.
        Caller.Sends("c", "d");
        r3.Receives("c");

        r2.Replies("a");
        r2.Receives("poison");
        Assert.Equal(2, r2.AttemptOf("poison"));
        r2.ReceivesNothing();

        r2.Replies("poison", "harmless");
        Caller.Gets("poison", "harmless", by: "r2", attempts: 2);
        r2.Receives("d");
    }

    [Fact]
    public void An_attempt_that_is_not_the_last_runs_among_the_others()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxAttempts = 3 });
        var r1 = backend.Replica("r1");
        backend.Caller.Sends("a");
        r1.Receives("a");
        var r2 = backend.Replica("r2");
        var r3 = backend.Replica("r3");
        backend.Caller.Sends("b", "c");
        r2.Receives("b");
        r3.Receives("c");

        r1.Dies();

        r2.Receives("a");
    }

    [Fact]
    public void An_idle_replica_takes_a_suspect_at_once()
    {
        var r1 = Suspect("poison");
        var r2 = _backend.Replica("r2", limit: 4);
        var r3 = _backend.Replica("r3", limit: 4);
        r1.Dies();
        r2.Receives("poison");
        Caller.Sends("a", "b");
        r2.ReceivesNothing();
        r3.Receives("a", "b");
    }

    [Fact(DisplayName = "at most one replica per backend at a time is used so")]
    public void Suspects_run_one_after_the_other()
    {
        var r1 = Suspect("first", "second");
        var r2 = _backend.Replica("r2", limit: 4);
        var r3 = _backend.Replica("r3", limit: 4);
        r1.Dies();

        r2.Receives("first");
        r3.ReceivesNothing();
        Caller.Sends("a");
        r3.Receives("a");
        r2.Replies("first");
        r2.Receives("second");
        r2.Replies("second");
        Caller.Gets("second");
        Caller.Sends("b");
        r2.Receives("b");
    }

    [Fact(DisplayName = "a backend with one replica skips the isolation")]
    public void With_one_replica_left_a_suspect_goes_there_with_the_others()
    {
        var r1 = Suspect("poison");
        var r2 = _backend.Replica("r2", limit: 3);
        Caller.Sends("a", "b");
        r2.Receives("a", "b");

        r1.Dies();

        r2.Receives("poison");
        Assert.Equal(["a", "b", "poison"], r2.Holding);
    }

    [Fact]
    public void A_suspect_that_waits_for_its_replica_goes_with_the_others_when_only_one_is_left()
    {
        var r1 = Suspect("poison");
        var r2 = _backend.Replica("r2", limit: 2);
        var r3 = _backend.Replica("r3", limit: 2);
        Caller.Sends("a", "b");
        r2.Receives("a");
        r3.Receives("b");
        r1.Dies();
        r2.ReceivesNothing();

        r2.Drains();
        r2.Receives<FenceCommand>();

        r3.Receives("poison");
    }

    [Fact]
    public void A_suspect_that_kills_its_second_replica_takes_nobody_with_it()
    {
        var r1 = Suspect("poison");
        var r2 = _backend.Replica("r2");
        _backend.Replica("r3");
        r1.Dies();
        r2.Receives("poison");

        r2.Dies();

        Caller.GetsError("poison", ReplyStatus.ReplicaLost);
        Assert.Equal(0, _backend.Dispatcher.InFlight);
        Assert.Equal(0, _backend.Dispatcher.Queued);
    }

    [Fact]
    public void The_replica_stays_reserved_until_the_suspect_is_gone_and_not_only_answered()
    {
        var r1 = Suspect("poison");
        var r2 = _backend.Replica("r2");
        var r3 = _backend.Replica("r3", limit: 1);
        r1.Dies();
        r2.Receives("poison");
        Caller.Sends("a", "b");
        r3.Receives("a");

        Assert.True(Caller.Cancels("poison"));
        Caller.GetsError("poison", ReplyStatus.Cancelled);
        r2.Receives<CancelCommand>();
        r2.ReceivesNothing();

        r2.Replies("poison", ReplyStatus.Cancelled);
        r2.Receives("b");
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("deadline")]
    [InlineData("epoch")]
    [InlineData("endpoint removed")]
    [InlineData("endpoint requeued")]
    [InlineData("backend removed")]
    public void A_suspect_that_ends_while_it_waits_gives_its_replica_back(string ending)
    {
        var r1 = Suspect("poison");
        var r2 = _backend.Replica("r2", limit: 2);
        var r3 = _backend.Replica("r3", limit: 2);
        Caller.Sends("a", "b");
        r1.Dies();
        Assert.Equal(1, _backend.Dispatcher.Queued);
        Assert.Equal(1, _backend.Dispatcher.Credit);

        switch (ending)
        {
            case "cancel":
                Caller.Cancels("poison");
                Caller.GetsError("poison", ReplyStatus.Cancelled);
                break;
            case "deadline":
                _backend.Wait(10_016);
                Caller.GetsError("poison", ReplyStatus.DeadlineExceeded);
                break;
            case "epoch":
                _backend.LosesConsuming();
                Caller.IsDropped("poison");
                break;
            case "endpoint removed":
                _backend.Event(d => d.RemoveEndpoint(TestCaller.IdOf("endpoint"), "endpoint"));
                Caller.GetsError("poison", ReplyStatus.EndpointRemoved);
                break;
            case "endpoint requeued":
                _backend.Event(d => d.RequeueEndpoint(TestCaller.IdOf("endpoint")));
                Caller.IsRequeued("poison");
                break;
            case "backend removed":
                _backend.Event(d => d.Remove());
                Caller.GetsError("poison", ReplyStatus.BackendRemoved);
                _backend.Event(d => d.Resume());
                break;
        }

        Assert.Equal(2, _backend.Dispatcher.Credit);
        Assert.Equal(0, _backend.Dispatcher.Queued);
        Assert.Equal(["a"], r2.Holding);
        Assert.Equal(["b"], r3.Holding);
    }

    [Fact]
    public void A_suspect_waits_for_room_like_everybody()
    {
        var r1 = Suspect("poison");
        var r2 = _backend.Replica("r2");
        _backend.Replica("r3");
        _backend.Room = 0;
        r1.Dies();
        r2.ReceivesNothing();
        Assert.True(_backend.Dispatcher.StarvedOfRoom);

        _backend.Room = 1;
        _backend.Event(dispatcher => dispatcher.Resume());
        r2.Receives("poison");
        Assert.False(_backend.Dispatcher.StarvedOfRoom);
    }

    [Fact]
    public void A_suspect_whose_attempt_sync_takes_back_is_isolated_again()
    {
        var r1 = Suspect("poison");
        var r2 = _backend.Replica("r2");
        var r3 = _backend.Replica("r3");
        r1.Dies();
        r2.Receives("poison");

        _backend.LosesPublishing();
        r2.Receives<SyncCommand>();
        r3.Receives<SyncCommand>();
        r2.Lists(2);
        r2.Receives("poison");
        r3.Lists(2);
        Caller.Sends("a", "b");
        r2.ReceivesNothing();
        r3.Receives("a", "b");
    }

    // r1 alone has them, and nobody else is there yet.
    private TestReplica Suspect(params string[] names)
    {
        var r1 = _backend.Replica("r1", limit: names.Length);
        foreach (var name in names)
        {
            Caller.Sends(name, timeoutMs: 10_000);
        }

        r1.Receives(names);
        return r1;
    }
}
