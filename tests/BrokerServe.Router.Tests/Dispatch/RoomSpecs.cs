using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>A full publishing loop counts as no credit.</summary>
public sealed class RoomSpecs
{
    [Fact]
    public void Without_room_at_the_publishing_loop_requests_wait_and_go_when_there_is_room()
    {
        var backend = new DispatchHarness { Room = 0 };
        var r1 = backend.Replica("r1");
        backend.Caller.Sends("a", "b");
        r1.ReceivesNothing();
        Assert.True(backend.Dispatcher.StarvedOfRoom);

        backend.Room = 1;
        backend.Event(dispatcher => dispatcher.Resume());
        r1.Receives("a", "b"); // In one message.
        Assert.False(backend.Dispatcher.StarvedOfRoom);
    }

    [Fact]
    public void A_message_per_replica_and_turn_is_what_counts()
    {
        var backend = new DispatchHarness();
        var r1 = backend.Replica("r1", limit: 2);
        var r2 = backend.Replica("r2", limit: 2);
        backend.Room = 1;

        backend.Turn(() => backend.Caller.Sends("a", "b", "c"));

        r1.Receives("a");
        r2.ReceivesNothing();
        Assert.True(backend.Dispatcher.StarvedOfRoom);
        backend.Event(dispatcher => dispatcher.Resume());
        r2.Receives("b");
        backend.Event(dispatcher => dispatcher.Resume());
        r1.Receives("c");
    }

    [Fact]
    public void In_the_plain_dialect_every_query_is_a_message()
    {
        var backend = new DispatchHarness { Room = 2 };
        var plain = backend.Replica("plain", limit: 8, Dialect.Plain);

        backend.Turn(() => backend.Caller.Sends("a", "b", "c"));

        plain.Receives("a", "b");
        Assert.True(backend.Dispatcher.StarvedOfRoom);
        backend.Event(dispatcher => dispatcher.Resume());
        plain.Receives("c");
    }

    [Fact]
    public void Room_that_a_new_turn_brings_goes_to_what_waits_before_what_arrives()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = 1 }) { Room = 0 };
        var r1 = backend.Replica("r1");
        backend.Caller.Sends("first", "held");

        backend.Room = 1; // The mail that tells of the room is still behind the next request.
        backend.Caller.Sends("third");

        r1.Receives("first", "held", "third");
    }

    [Fact]
    public void The_bound_counts_while_there_is_no_room()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = 1, WhenFull = WhenFull.Reject }) { Room = 0 };
        var r1 = backend.Replica("r1");
        backend.Caller.Sends("a", "b");
        backend.Caller.WaitsFor("a");
        backend.Caller.GetsError("b", ReplyStatus.Overloaded);

        backend.Room = 1;
        backend.Caller.Sends("c");
        r1.Receives("a", "c");
    }

    [Fact]
    public void A_full_slot_table_is_no_lack_of_room_to_ask_for()
    {
        var slots = new SlotTable(0);
        var outbox = new Outbox { FrameCredit = 1 };
        var dispatcher = new BackendDispatcher("router", new BackendModel("backend", new BackendConfig()), slots, outbox);
        var busy = new Replica("backend", "busy", "queue.busy", Dialect.Framed);
        var someRequest = new Request();
        for (var i = 0; i < Ticket.MaxSlots; i++)
        {
            slots.OpenSlot(busy, someRequest);
        }

        dispatcher.Join("r1", "queue.r1", Dialect.Framed, limit: 1);
        var request = new Request { EndpointId = 0, DeadlineMs = 1_000, Epoch = 1 };
        dispatcher.Arrive(request);
        Assert.Equal(RequestState.Waiting, request.State);
        Assert.False(dispatcher.StarvedOfRoom, "The loop would ask for room, be told at once that there is some, and spin.");

        slots.Vacate(busy.FirstSlot);
        dispatcher.Resume();
        Assert.Equal(RequestState.InFlight, request.State);
    }
}
