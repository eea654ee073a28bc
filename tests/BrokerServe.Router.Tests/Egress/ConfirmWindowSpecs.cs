using System.Collections.Concurrent;
using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Egress;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Telemetry;
using BrokerServe.Router.Tests.Dispatch;
using BrokerServe.Router.Tests.Mailboxes;
using BrokerServe.Router.Tests.Models;
using BrokerServe.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace BrokerServe.Router.Tests.Egress;

public sealed class ConfirmWindowSpecs(ITestOutputHelper output)
{
    private readonly AnswerDesk _desk = new(
        new ObjectNames(), QueueType.Classic, new RouterClock(TimeProvider.System), new RouterMetrics(new TestMeters()), new ByteBudget(long.MaxValue), NullLoggerFactory.Instance);

    [Fact]
    public void A_confirm_ends_one_reply_and_a_multiple_one_all_up_to_it()
    {
        var (window, replies) = Window(5);

        window.OnConfirmed(3, multiple: false);
        Assert.Equal([3], Ended(replies));
        window.OnConfirmed(2, multiple: true);
        Assert.Equal([1, 2, 3], Ended(replies));
        window.OnConfirmed(2, multiple: true); // Said again.
        window.OnConfirmed(9, multiple: false); // Never published.
        Assert.Equal([1, 2, 3], Ended(replies));
        Assert.False(window.IsEmpty);
        window.OnConfirmed(5, multiple: true);
        Assert.Equal([1, 2, 3, 4, 5], Ended(replies));
        Assert.True(window.IsEmpty);
    }

    [Fact]
    public void A_refused_reply_is_published_once_more_and_given_up_when_it_is_refused_again()
    {
        var (window, replies) = Window(2);
        window.OnRefused(2, multiple: false);
        Assert.Empty(Ended(replies));

        window.Add(3, replies[1].Request, pipeline: null);
        window.OnRefused(3, multiple: false);
        Assert.Equal([2], Ended(replies));
    }

    [Fact]
    public void What_was_never_confirmed_is_there_for_the_next_connection_in_order()
    {
        var (window, replies) = Window(5);
        window.OnConfirmed(2, multiple: false);
        window.OnConfirmed(4, multiple: false);
        window.Withdraw(5);

        var again = new List<Request>();
        window.TakeUnconfirmed(again);

        Assert.Equal([replies[0].Request, replies[2].Request], again);
        Assert.True(window.IsEmpty);
    }

    [Fact]
    public void The_ring_has_room_for_its_capacity_and_for_one_more_when_the_oldest_is_confirmed()
    {
        var (window, _) = Window(ConfirmWindow.Capacity);
        Assert.False(window.HasRoom(ConfirmWindow.Capacity + 1));
        window.OnConfirmed(2, multiple: false);
        Assert.False(window.HasRoom(ConfirmWindow.Capacity + 1));
        window.OnConfirmed(1, multiple: false);
        Assert.True(window.HasRoom(ConfirmWindow.Capacity + 1));
    }

    [Fact]
    public async Task A_publishing_loop_and_a_reading_thread_end_every_reply_once()
    {
        foreach (var seed in Sequences.Seeds(3))
        {
            output.WriteLine($"Seed {seed} (BROKERSERVE_SEED={seed} runs it alone)");
            const int count = 3 * ConfirmWindow.Capacity;
            var window = new ConfirmWindow(_desk, static () => { });
            var replies = new Reply[count];
            var published = new BlockingCollection<ulong>();
            using var closed = new CancellationTokenSource();

            var publishing = Task.Run(async () =>
            {
                for (var sequence = 1ul; sequence <= count; sequence++)
                {
                    while (!window.HasRoom(sequence))
                    {
                        await window.WaitForConfirmAsync(() => window.HasRoom(sequence), closed.Token);
                    }

                    var reply = replies[sequence - 1] = new Reply();
                    window.Add(sequence, reply.Request, pipeline: null);
                    published.Add(sequence);
                }

                published.CompleteAdding();
                while (!window.IsEmpty)
                {
                    await window.WaitForConfirmAsync(() => window.IsEmpty, closed.Token);
                }
            });
            var reading = Task.Factory.StartNew(() => Confirm(window, published, new Random(seed)), TaskCreationOptions.LongRunning);

            await Patience.For(reading, $"Seed {seed}: the confirms did not end.");
            await Patience.For(publishing, $"Seed {seed}: the publishing loop slept through the confirm that it waited for.");
            Assert.All(replies, reply => Assert.Equal(0, reply.Outstanding)); // 1: never ended. -1: ended twice.
        }
    }

    // As brokers do: mostly the highest for all below it, sometimes one by one, in any order.
    private static void Confirm(ConfirmWindow window, BlockingCollection<ulong> published, Random chance)
    {
        var open = new List<ulong>();
        while (published.TryTake(out var sequence, Timeout.Infinite))
        {
            open.Add(sequence);
            if (chance.Next(4) == 0)
            {
                window.OnConfirmed(sequence, multiple: true);
                open.Clear();
            }
            else if (chance.Next(3) == 0)
            {
                var at = chance.Next(open.Count);
                window.OnConfirmed(open[at], multiple: false);
                open.RemoveAt(at);
            }
        }

        foreach (var sequence in open)
        {
            window.OnConfirmed(sequence, multiple: false);
        }
    }

    private (ConfirmWindow Window, Reply[] Replies) Window(int count)
    {
        var window = new ConfirmWindow(_desk, static () => { });
        var replies = Enumerable.Range(0, count).Select(_ => new Reply()).ToArray();
        for (var i = 0; i < count; i++)
        {
            Assert.True(window.HasRoom((ulong)i + 1));
            window.Add((ulong)i + 1, replies[i].Request, pipeline: null);
        }

        return (window, replies);
    }

    private static IEnumerable<int> Ended(Reply[] replies) =>
        replies.Select((reply, i) => (reply, Number: i + 1)).Where(r => r.reply.Outstanding == 0).Select(r => r.Number);

    // A pool for each, which counts how often it came back.
    private sealed class Reply
    {
        private readonly RequestPool _pool = new();

        public Reply() => Request = _pool.Rent();

        public Request Request { get; }

        public int Outstanding => _pool.Outstanding;
    }
}
