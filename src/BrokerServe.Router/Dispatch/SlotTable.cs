using System.Diagnostics;
using BrokerServe.Protocol;

namespace BrokerServe.Router.Dispatch;

/// <summary>The attempts that are at replicas, addressed by ticket.</summary>
/// <remarks>
/// Owned by one dispatch loop. The loop's number and the table with its generations stay together: a later loop that takes the number
/// over takes the table too, and only when it is empty, so that a ticket names one attempt for the life of the router.
/// </remarks>
internal sealed class SlotTable(int loop)
{
    /// <summary>Stands for "no slot".</summary>
    public const int None = -1;

    private Slot[] _slots = [];
    private int _free = None;

    /// <summary>The number of the owning loop, in every ticket.</summary>
    public int Loop => loop;

    /// <summary>Slots that are open: one per query at a replica.</summary>
    public int Open { get; private set; }

    /// <summary>Whether another slot can be opened.</summary>
    public bool HasRoom => _free != None || _slots.Length < Ticket.MaxSlots;

    /// <summary>The slot at a place.</summary>
    public ref Slot this[int index] => ref _slots[index];

    /// <summary>The ticket of the slot at a place, for its present use.</summary>
    public Ticket TicketOf(int index) => new(loop, index, _slots[index].Generation);

    /// <summary>Opens a slot for an attempt at a replica, as the replica's newest.</summary>
    /// <remarks>Every Open is matched by exactly one <see cref="Vacate"/>.</remarks>
    public int OpenSlot(Replica replica, Request request)
    {
        if (_free == None)
        {
            Grow();
        }

        var index = _free;
        ref var slot = ref _slots[index];
        _free = slot.Next;
        slot.Generation++;
        slot.Replica = replica;
        slot.Request = request;
        slot.DeadlineMs = request.DeadlineMs;
        slot.Next = None;
        slot.Previous = replica.LastSlot;
        if (replica.LastSlot == None)
        {
            replica.FirstSlot = index;
        }
        else
        {
            _slots[replica.LastSlot].Next = index;
        }

        replica.LastSlot = index;
        Open++;
        return index;
    }

    /// <summary>Finds the open slot that a ticket names; false for a late, repeated or invented one.</summary>
    public bool TryFind(Ticket ticket, out int index)
    {
        index = ticket.Index;
        return ticket.Loop == loop
            && index < _slots.Length
            && _slots[index].Generation == ticket.Generation
            && _slots[index].Replica is not null;
    }

    /// <summary>Closes a slot. Its replica's credit is the caller's to return.</summary>
    public void Vacate(int index)
    {
        ref var slot = ref _slots[index];
        var replica = slot.Replica;
        Debug.Assert(replica is not null, "A slot was vacated twice.");
        if (slot.Previous == None)
        {
            replica.FirstSlot = slot.Next;
        }
        else
        {
            _slots[slot.Previous].Next = slot.Next;
        }

        if (slot.Next == None)
        {
            replica.LastSlot = slot.Previous;
        }
        else
        {
            _slots[slot.Next].Previous = slot.Previous;
        }

        slot.Replica = null;
        slot.Request = null;
        slot.Previous = None;
        slot.Next = _free;
        _free = index;
        Open--;
    }

    private void Grow()
    {
        // Doubling, from a size that most backends never outgrow; growth is no steady state.
        var old = _slots.Length;
        var length = Math.Min(Ticket.MaxSlots, Math.Max(64, old * 2));
        Array.Resize(ref _slots, length);
        for (var index = length - 1; index >= old; index--)
        {
            _slots[index].Next = _free;
            _slots[index].Previous = None;
            _free = index;
        }
    }
}
