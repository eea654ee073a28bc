using BrokerServe.Transport.InMemory;
using CsCheck;

namespace BrokerServe.Transport.Tests.InMemory;

public sealed class ReadyListSpecs
{
    [Fact]
    public void Whatever_is_taken_and_put_back_the_oldest_comes_first() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 1000]).Array[0, 400].Sample(Follows, iter: 1_000);

    [Fact]
    public void A_sweep_takes_what_matches_and_leaves_the_rest_in_order()
    {
        var list = new ReadyList();
        for (var position = 1; position <= 100; position++)
        {
            list.Add(Entry(position));
        }

        Assert.Equal(50, list.TakeWhere(entry => entry.Position % 2 == 0).Count);
        for (var position = 1; position <= 100; position += 2)
        {
            Assert.Equal(position, list.Take().Position);
        }
    }

    private static QueueEntry Entry(long position) => new(null!, position, QueueEntry.Never, 0);

    private static bool Follows((int Kind, int Pick)[] steps)
    {
        var list = new ReadyList();
        var model = new SortedSet<long>();
        var taken = new List<long>();
        var last = 0L;
        foreach (var (kind, pick) in steps)
        {
            switch (kind)
            {
                case < 5:
                    list.Add(Entry(++last));
                    model.Add(last);
                    break;
                case < 8 when model.Count > 0:
                    var position = list.Take().Position;
                    if (!model.Remove(position) || (model.Count > 0 && model.Min < position))
                    {
                        return false;
                    }

                    taken.Add(position);
                    break;
                case >= 8 when taken.Count > 0:
                    var back = taken[pick % taken.Count];
                    taken.Remove(back);
                    list.PutBack(Entry(back));
                    model.Add(back);
                    break;
            }

            if (list.Count != model.Count || (list.Count > 0 && list.Head.Position != model.Min))
            {
                return false;
            }
        }

        return true;
    }
}
