using BrokerServe.Transport.InMemory;
using CsCheck;

namespace BrokerServe.Transport.Tests.InMemory;

public sealed class UnsettledListSpecs
{
    [Fact]
    public void Whatever_is_assigned_handed_and_settled_is_found_once() =>
        Gen.Select(Gen.Int[0, 13], Gen.Int[0, 1000]).Array[0, 400].Sample(Follows, iter: 1_000);

    [Fact]
    public void One_entry_that_stays_costs_no_room_for_those_that_pass_it()
    {
        var list = new UnsettledList();
        for (var position = 1; position <= 100_000; position++)
        {
            list.Add(Entry(position));
            var (tag, _) = list.Hand();
            Assert.True(position == 1 || (list.TryTake(tag, out var entry) && entry.Position == position));
        }

        Assert.Equal(1, list.Count);
        Assert.True(list.TryTake(1, out _));
    }

    private static QueueEntry Entry(long position) => new(new Message(null!), position, QueueEntry.Never, 0);

    private static bool Follows((int Kind, int Pick)[] steps)
    {
        var list = new UnsettledList();
        var handed = new SortedDictionary<ulong, long>();
        var waiting = new Queue<long>();
        var position = 0L;
        foreach (var (kind, pick) in steps)
        {
            switch (kind)
            {
                case < 5:
                    list.Add(Entry(++position));
                    waiting.Enqueue(position);
                    break;
                case < 9 when waiting.Count > 0:
                    var (tag, entry) = list.Hand();
                    handed.Add(tag, entry.Position);
                    if (entry.Position != waiting.Dequeue() || entry.Deliveries != 1 || list.LastHanded != tag)
                    {
                        return false;
                    }

                    break;
                case < 12 when handed.Count > 0:
                    var known = handed.Keys.ElementAt(pick % handed.Count);
                    if (!list.TryTake(known, out var taken) || taken.Position != handed[known] || list.TryTake(known, out _))
                    {
                        return false;
                    }

                    handed.Remove(known);
                    break;
                case 12 when handed.Count > 0:
                    var upTo = handed.Keys.ElementAt(pick % handed.Count);
                    while (list.TryTakeOldest(upTo, out var oldest))
                    {
                        if (oldest.Position != handed.Values.First())
                        {
                            return false;
                        }

                        handed.Remove(handed.Keys.First());
                    }

                    if (handed.Count > 0 && handed.Keys.First() <= upTo)
                    {
                        return false;
                    }

                    break;
                case 13 when list.TryTake((ulong)pick, out _) != handed.Remove((ulong)pick):
                    return false;
            }

            if (list.Count != handed.Count + waiting.Count || list.ToHand != waiting.Count)
            {
                return false;
            }
        }

        return true;
    }
}
