using BrokerServe.Worker.Memory;

namespace BrokerServe.Worker.Tests.Memory;

/// <summary>How much is remembered.</summary>
public sealed class ReplyWindowSpecs(ITestOutputHelper output)
{
    private const int Overhead = 256;

    [Fact]
    public void Beyond_the_count_the_oldest_is_forgotten()
    {
        var window = new ReplyWindow(maxReplies: 2, maxAgeMs: 1_000, maxBytes: 1_000_000);
        Add(window, "a", "b", "c");
        Assert.Equal(["b", "c"], Remembered(window, 0, "a", "b", "c"));
    }

    [Fact]
    public void Each_is_forgotten_at_its_age()
    {
        var window = new ReplyWindow(maxReplies: 10, maxAgeMs: 1_000, maxBytes: 1_000_000);
        window.Add(Key("a"), Reply(1), nowMs: 0);
        window.Add(Key("b"), Reply(1), nowMs: 1);
        Assert.Equal(["a", "b"], Remembered(window, 999, "a", "b"));
        Assert.Equal(["b"], Remembered(window, 1_000, "a", "b"));
        Assert.Empty(Remembered(window, 1_001, "a", "b"));
        Assert.Equal((0, 0), (window.Count, window.Bytes));
    }

    [Fact]
    public void Beyond_the_bytes_the_oldest_are_forgotten_and_what_is_larger_alone_is_not_remembered()
    {
        var window = new ReplyWindow(maxReplies: 10, maxAgeMs: 1_000, maxBytes: 3 * (Overhead + 102));
        Add(window, "a", "b", "c");
        Assert.Equal(3 * (Overhead + 102), window.Bytes);
        window.Add(Key("d"), Reply(101), nowMs: 0);
        Assert.Equal(["c", "d"], Remembered(window, 0, "a", "b", "c", "d"));
        window.Add(Key("e"), Reply(10_000), nowMs: 0);
        Assert.Equal(["c", "d"], Remembered(window, 0, "c", "d", "e"));
    }

    [Fact]
    public void What_is_there_already_stays_as_old_as_it_is()
    {
        var window = new ReplyWindow(maxReplies: 10, maxAgeMs: 1_000, maxBytes: 1_000_000);
        window.Add(Key("a"), Reply(1), nowMs: 0);
        window.Add(Key("a"), Reply(2), nowMs: 500);
        Assert.True(window.TryGet(Key("a"), 999, out var reply));
        Assert.Equal(1, reply.Value.Bytes.Length);
        Assert.False(window.TryGet(Key("a"), 1_000, out _));
    }

    [Fact]
    public void It_remembers_what_a_list_would()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var chance = new Random(seed);
            var (maxReplies, maxBytes) = (chance.Next(1, 20), chance.Next(1_024, 8_000));
            var window = new ReplyWindow(maxReplies, maxAgeMs: 100, maxBytes);
            var list = new List<(string Id, int Bytes, long UntilMs)>();
            for (var nowMs = 0L; nowMs < 2_000; nowMs += chance.Next(10))
            {
                var (id, bytes) = ($"{chance.Next(30)}", chance.Next(1_500));
                window.Add(Key(id), Reply(bytes), nowMs);
                list.RemoveAll(entry => entry.UntilMs <= nowMs);
                bytes += Overhead + (2 * id.Length);
                if (bytes <= maxBytes && !list.Exists(entry => entry.Id == id))
                {
                    list.Add((id, bytes, nowMs + 100));
                }

                while (list.Count > maxReplies || list.Sum(entry => entry.Bytes) > maxBytes)
                {
                    list.RemoveAt(0);
                }

                output.WriteLine($"seed {seed} at {nowMs}: {id}");
                Assert.Equal((list.Count, list.Sum(entry => entry.Bytes)), (window.Count, (int)window.Bytes));
                Assert.All(list, entry => Assert.True(window.TryGet(Key(entry.Id), nowMs, out _), $"{entry.Id} is forgotten."));
            }
        }
    }

    private static void Add(ReplyWindow window, params string[] ids) => Array.ForEach(ids, id => window.Add(Key(id), Reply(100), nowMs: 0));

    private static IEnumerable<string> Remembered(ReplyWindow window, long nowMs, params string[] ids) =>
        ids.Where(id => window.TryGet(Key(id), nowMs, out _)).ToArray();

    private static ReplyKey Key(string id) => new("b", "", id);

    private static ReplyPayload Reply(int bytes) => new byte[bytes];
}
