using BrokerServe.Router.Configuration;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Tests.Dispatch;

public sealed class RoomMailSpecs
{
    [Fact]
    public void Room_that_is_told_of_twice_is_one_mail_until_it_was_delivered()
    {
        var dispatcher = new BackendDispatcher("router", new BackendModel("backend", new BackendConfig()), new SlotTable(0), new Outbox());
        var room = new RoomMail();

        Assert.True(room.TryClaim());
        Assert.False(room.TryClaim(), "A node that is posted twice ties the mailbox into a knot.");

        room.Deliver(dispatcher);
        Assert.True(room.TryClaim(), "Room that is given after the delivery is news again.");
    }
}
