using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Dispatch;

public sealed class DeadlineSpecs
{
    private readonly DispatchHarness _backend = new();

    [Fact(DisplayName = "Semantics 16: Deadline: Expired work is dropped before dispatch.")]
    public void Work_that_expired_in_the_backlog_troubles_no_replica()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a");
        _backend.Caller.Sends("expires", timeoutMs: 100);
        _backend.Caller.Sends("b");
        r1.Receives("a");

        _backend.WaitUnnoticed(100); // Nobody has looked at the clock when the credit comes back.
        r1.Replies("a");

        _backend.Caller.GetsError("expires", ReplyStatus.DeadlineExceeded);
        r1.Receives("b");
    }

    [Fact(DisplayName = "Deadline passed in the backlog -> `deadline_exceeded` without troubling a replica.")]
    public void A_queued_request_ends_at_its_deadline()
    {
        _backend.Caller.Sends("a", timeoutMs: 1_000);

        _backend.Wait(999 / DeadlineWheel.TickMs * DeadlineWheel.TickMs);
        _backend.Caller.WaitsFor("a");
        _backend.Wait(2 * DeadlineWheel.TickMs);
        _backend.Caller.GetsError("a", ReplyStatus.DeadlineExceeded);
        Assert.Equal(0, _backend.Dispatcher.Queued);
        _backend.Replica("r1").ReceivesNothing();
    }

    [Fact]
    public void A_request_in_flight_ends_at_its_deadline_and_its_reply_is_thrown_away()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.Sends("a", timeoutMs: 1_000);
        r1.Receives("a");

        _backend.Wait(1_000 + DeadlineWheel.TickMs);
        var error = _backend.Caller.GetsError("a", ReplyStatus.DeadlineExceeded);
        Assert.Contains("at a replica", error.Message, StringComparison.Ordinal);
        r1.Replies("a");
        r1.ReceivesNothing();
    }

    [Fact]
    public void A_request_that_arrives_after_its_deadline_is_answered_at_once()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.Sends("a", timeoutMs: 0);
        _backend.Caller.GetsError("a", ReplyStatus.DeadlineExceeded);
        r1.ReceivesNothing();
    }

    [Fact]
    public void A_reply_ends_a_request_before_its_deadline_does()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.Sends("a", timeoutMs: 1_000);
        r1.Replies("a");
        _backend.Wait(2_000);
        _backend.Caller.Gets("a");
        Assert.False(_backend.Dispatcher.NeedsTicks);
    }

    [Fact]
    public void A_clock_that_jumps_over_many_rounds_of_the_wheel_ends_everything_that_is_due()
    {
        for (var i = 0; i < 100; i++)
        {
            _backend.Caller.Sends($"request {i}", timeoutMs: 1 + (i * 997));
        }

        _backend.Caller.Sends("far", timeoutMs: 10_000_000);
        _backend.WaitUnnoticed(5_000_000);
        _backend.Wait(1);

        Assert.All(Enumerable.Range(0, 100), i => _backend.Caller.GetsError($"request {i}", ReplyStatus.DeadlineExceeded));
        _backend.Caller.WaitsFor("far");
    }
}
