using BrokerServe.Protocol;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>A slot is one attempt, and it ends twice: answered once, vacated once.</summary>
public sealed class SlotSpecs
{
    private readonly DispatchHarness _backend = new(loop: 5);

    [Fact]
    public void A_repeated_reply_touches_nothing()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a", "b");
        var ticket = r1.TicketOf("a");
        r1.Replies("a", "first");
        r1.Receives("a", "b");

        r1.RepliesTo(ticket, payload: "second");

        _backend.Caller.Gets("a", "first");
        _backend.Caller.WaitsFor("b");
        Assert.Equal(1, _backend.Dispatcher.InFlight);
        Assert.Equal(1, _backend.Dispatcher.Counters.LateReplies);
    }

    [Fact]
    public void A_slot_that_is_used_again_has_another_ticket()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a");
        var first = r1.TicketOf("a");
        r1.Replies("a");
        _backend.Caller.Sends("b");
        var second = r1.TicketOf("b");

        Assert.Equal(first.Index, second.Index);
        Assert.Equal(first.Generation + 1, second.Generation);
        Assert.Equal(5, second.Loop);
    }

    [Fact]
    public void A_slot_keeps_its_generation_until_it_is_both_answered_and_vacated()
    {
        var r1 = _backend.Replica("r1", limit: 2);
        _backend.Caller.Sends("a", timeoutMs: 10);
        var ticket = r1.TicketOf("a");

        _backend.Wait(16); // Answered by its deadline, not vacated.
        _backend.Caller.Sends("b");
        Assert.NotEqual(ticket.Index, r1.TicketOf("b").Index);

        r1.Replies("a"); // Vacated.
        _backend.Caller.Sends("c");
        Assert.Equal(ticket.Index, r1.TicketOf("c").Index);
        Assert.NotEqual(ticket, r1.TicketOf("c"));
    }

    [Fact]
    public void Invented_tickets_touch_nothing()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a", "b");
        var true1 = r1.TicketOf("a");
        Ticket[] invented =
        [
            new(0),
            new(ulong.MaxValue),
            new(4, true1.Index, true1.Generation), // Another loop's.
            new(5, true1.Index + 1, true1.Generation), // A slot that never opened.
            new(5, true1.Index + 1, 0),
            new(5, Ticket.MaxSlots - 1, 1), // Beyond the table.
            new(5, true1.Index, true1.Generation + 1),
            new(5, true1.Index, true1.Generation - 1),
        ];

        foreach (var ticket in invented)
        {
            r1.RepliesTo(ticket);
        }

        _backend.Caller.WaitsFor("a", "b");
        Assert.Equal(1, _backend.Dispatcher.InFlight);
        Assert.Equal(invented.Length, _backend.Dispatcher.Counters.LateReplies);
        r1.Replies("a");
        _backend.Caller.Gets("a");
    }

    [Fact]
    public void A_late_reply_to_a_retried_request_touches_neither_attempt()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a");
        var lost = r1.TicketOf("a");
        r1.Dies();
        r1.Joins(1); // The same name, the same request, perhaps the same slot.
        r1.Receives("a");

        r1.RepliesTo(lost, payload: "of the life before");

        _backend.Caller.WaitsFor("a");
        r1.Replies("a", "of this life");
        _backend.Caller.Gets("a", "of this life");
    }

    [Fact]
    public void The_table_grows_and_keeps_every_open_slot()
    {
        var r1 = _backend.Replica("r1", limit: 1_000);
        string[] names = [.. Enumerable.Range(0, 1_000).Select(i => $"request {i}")];
        _backend.Turn(() => _backend.Caller.Sends(names));
        r1.Receives(names);
        Assert.Equal(1_000, names.Select(r1.TicketOf).Distinct().Count());

        _backend.Turn(() => Assert.All(names.Reverse(), name => r1.Replies(name, name)));

        Assert.All(names, name => _backend.Caller.Gets(name, name));
        Assert.Equal(0, _backend.Slots.Open);
    }
}
