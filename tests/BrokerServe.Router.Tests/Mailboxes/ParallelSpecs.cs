using BrokerServe.Router.Ingress;
using BrokerServe.Router.Mailboxes;
using BrokerServe.Router.Tests.Models;
using BrokerServe.Transport.Supervision;
using CsCheck;

namespace BrokerServe.Router.Tests.Mailboxes;

/// <summary>
/// What many threads write to: whatever they do at once came out as if they had done it one after the other, in some order.
/// <c>BROKERSERVE_SEEDS=100</c> tries a hundred times as many schedules as usual.
/// </summary>
public sealed class ParallelSpecs
{
    private static readonly int Schedules = Sequences.Seeds(200).Count();

    [Fact]
    public void Posts_at_once_arrive_as_if_posted_in_some_order() =>
        Gen.Const(0).Select(_ => new Posted()).SampleParallel(
            Gen.Int[0, 9].Operation<Posted>(number => $"post {number}", (posted, number) => posted.Queue.Post(new Note(0, number))),
            equal: (one, another) => one.Drained.SequenceEqual(another.Drained),
            print: posted => string.Join(' ', posted.Drained),
            iter: Schedules);

    [Fact]
    public void Bytes_taken_at_once_are_granted_as_if_taken_in_some_order() =>
        Gen.Const(0).Select(_ => new Granted()).SampleParallel(
            Gen.Int[1, 12].Operation<Granted>(bytes => $"take {bytes}", (granted, bytes) => granted.Take(bytes)),
            Gen.Int[1, 3].Operation<Granted>(bytes => $"return {bytes}", (granted, bytes) => granted.Return(bytes)),
            equal: (one, another) => one.Held == another.Held && one.Sizes.SequenceEqual(another.Sizes),
            print: granted => $"{granted.Held}: {string.Join(' ', granted.Sizes)}",
            iter: Schedules);

    [Fact]
    public void A_delivery_whose_members_end_at_once_is_settled_once() =>
        Gen.Const(0).Select(_ => new Members()).SampleParallel(
            Gen.Const(0).Operation<Members>(_ => "end", (members, _) => members.End()),
            Gen.Const(0).Operation<Members>(_ => "requeue", (members, _) => members.Requeue()),
            equal: (one, another) => one.Says == another.Says,
            print: members => members.Says,
            iter: Schedules);

    private sealed class Posted
    {
        private readonly Lazy<int[]> _drained;

        public Posted() => _drained = new Lazy<int[]>(Drain);

        public MpscQueue<Note> Queue { get; } = new();

        // Taken once, and looked at by several threads at a time, which compare it with one order each.
        public int[] Drained => _drained.Value;

        private int[] Drain()
        {
            var numbers = new List<int>();
            while (Queue.TryTake(out var note))
            {
                numbers.Add(note.Number);
            }

            return [.. numbers];
        }
    }

    private sealed class Granted
    {
        private readonly ByteBudget _budget = new(10);
        private readonly int[] _granted = new int[13];

        public long Held => _budget.Held;

        public int[] Sizes => _granted;

        public void Take(int bytes)
        {
            if (_budget.TryTake(bytes))
            {
                Interlocked.Increment(ref _granted[bytes]);
            }
        }

        // Also of what was not taken: to take and to return is two steps, between which others see what is taken.
        public void Return(int bytes) => _budget.Return(bytes);
    }

    // More members than a schedule ends; the last look ends the rest.
    private sealed class Members : ISettler
    {
        private const int Count = 40;

        private readonly PendingDelivery _delivery = PendingDelivery.CreatePool().Rent();
        private int _left = Count;
        private int _settled;
        private int _requeued;
        private readonly Lazy<string> _says;

        public Members()
        {
            _says = new Lazy<string>(Finish);
            _delivery.Begin(this, 1);
            for (var i = 1; i < Count; i++)
            {
                _delivery.AddMember();
            }
        }

        public string Says => _says.Value;

        public void End()
        {
            if (Interlocked.Decrement(ref _left) >= 0)
            {
                _delivery.EndMember();
            }
        }

        public void Requeue()
        {
            if (Interlocked.Decrement(ref _left) >= 0)
            {
                _delivery.RequeueMember();
            }
        }

        public void Settle(ulong deliveryTag, bool atOnce = false) => Interlocked.Increment(ref _settled);

        void ISettler.Requeue(ulong deliveryTag) => Interlocked.Increment(ref _requeued);

        private string Finish()
        {
            var early = _settled + _requeued;
            while (Volatile.Read(ref _left) > 0)
            {
                End();
            }

            return $"{early} early, settled {_settled}, requeued {_requeued}";
        }
    }
}
