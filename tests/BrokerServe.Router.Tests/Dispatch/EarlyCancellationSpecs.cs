using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>Cancellations that overtake their requests.</summary>
public sealed class EarlyCancellationSpecs
{
    private readonly DispatchHarness _backend = new();

    [Fact(DisplayName = "Semantics 17: a cancellation that arrives before its request is remembered until the deadline.")]
    public void A_cancellation_that_arrives_before_its_request_is_remembered_until_the_deadline()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.CancelsEarly("given up", forMs: 1_000);
        _backend.Wait(900);

        _backend.Caller.Sends("given up", "b");

        _backend.Caller.GetsError("given up", ReplyStatus.Cancelled);
        r1.Receives("b");
    }

    [Fact]
    public void After_the_deadline_nothing_is_remembered()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.CancelsEarly("a", forMs: 1_000);
        _backend.Wait(1_000);

        _backend.Caller.Sends("a");

        r1.Receives("a");
    }

    [Fact]
    public void A_request_that_the_broker_delivers_once_more_is_still_given_up()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.CancelsEarly("given up", forMs: 1_000);
        _backend.Caller.Sends("given up");
        _backend.Caller.GetsError("given up", ReplyStatus.Cancelled);

        _backend.Caller.Sends("given up");

        _backend.Caller.GetsError("given up", ReplyStatus.Cancelled);
        r1.ReceivesNothing();
    }

    [Fact]
    public void Only_the_producer_that_gave_it_up_is_meant()
    {
        var r1 = _backend.Replica("r1");
        _backend.Event(dispatcher => dispatcher.Cancel("replies.of.another", "a", dispatcher.NowMs + 1_000));

        _backend.Caller.Sends("a");

        r1.Receives("a");
    }

    [Fact]
    public void Beyond_the_bound_the_oldest_is_forgotten()
    {
        var early = new EarlyCancels();
        for (var i = 0; i <= EarlyCancels.MaxEntries; i++)
        {
            early.Add("replies", $"{i}", untilMs: 1_000, nowMs: 0);
        }

        Assert.Equal(EarlyCancels.MaxEntries, early.Count);
        Assert.False(early.Contains(Request("0"), nowMs: 0), "The oldest is still remembered.");
        Assert.True(early.Contains(Request("1"), nowMs: 0), "The second is forgotten.");
        Assert.True(early.Contains(Request($"{EarlyCancels.MaxEntries}"), nowMs: 0), "The newest is forgotten.");
    }

    [Fact]
    public void What_is_over_makes_room_and_what_was_said_twice_takes_it_once()
    {
        var early = new EarlyCancels();
        early.Add("replies", "a", untilMs: 10, nowMs: 0);
        early.Add("replies", "a", untilMs: 10, nowMs: 0);
        early.Add("replies", "over", untilMs: 0, nowMs: 0);
        Assert.Equal(1, early.Count);

        early.Add("replies", "b", untilMs: 20, nowMs: 10);
        Assert.Equal(1, early.Count);
    }

    [Fact]
    public void Where_one_id_ends_and_the_other_begins_counts()
    {
        var early = new EarlyCancels();
        early.Add("replies", "ab", untilMs: 10, nowMs: 0);
        Assert.False(early.Contains(Request("b", replyTo: "repliesa"), nowMs: 0), "Another producer's request is taken for it.");
    }

    private static Request Request(string correlationId, string replyTo = "replies") =>
        new() { ReplyTo = replyTo, CorrelationId = Transport.Buffers.ShortText.Of(correlationId) };
}
