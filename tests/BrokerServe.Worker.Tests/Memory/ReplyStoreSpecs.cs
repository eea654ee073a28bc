using System.Collections.Concurrent;
using System.Text;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.Memory;

/// <summary>Replies that are kept where other processes find them.</summary>
public sealed class ReplyStoreSpecs
{
    private readonly Shelf _shelf = new();
    private int _runs;

    [Fact]
    public async Task Another_worker_with_the_same_store_answers_what_the_first_has_answered()
    {
        await using (var first = await StartAsync())
        {
            Assert.Equal("run 1", (await first.Router.AsksAsync(first.Replica, Order(1))).Text);
        }

        await using var second = await StartAsync();
        Assert.Equal("run 1", (await second.Router.AsksAsync(second.Replica, Order(1))).Text);
        Assert.Equal("run 1", (await second.Router.AsksAsync(second.Replica, Order(2))).Text);
        Assert.Equal(new ReplyKey("greet-v1", "shop", "order-1"), Assert.Single(_shelf.Kept).Key);
        Assert.Equal(2, _shelf.Looks); // The third is remembered in the process.
    }

    [Fact]
    public async Task A_reply_is_kept_before_it_is_sent()
    {
        _shelf.Obstacle = new TaskCompletionSource();
        await using var worker = await StartAsync();
        await worker.Router.SendsAsync(worker.Replica, Order(1));
        await Patience.UntilAsync(() => _runs == 1, "the handler runs");

        // Another request is answered meanwhile, so this one's reply would have come.
        await worker.Router.SendsAsync(worker.Replica, Order(2) with { MessageId = "" });
        Assert.Equal(2ul, (await worker.Router.ReceivesAsync()).Ticket);
        Assert.Empty(_shelf.Kept);

        _shelf.Obstacle.SetResult();
        Assert.Equal(1ul, (await worker.Router.ReceivesAsync()).Ticket);
        Assert.Single(_shelf.Kept);
    }

    [Fact]
    public async Task A_store_that_fails_counts_as_empty()
    {
        _shelf.Obstacle = new TaskCompletionSource();
        _shelf.Obstacle.SetException(new IOException("The shelf is broken."));
        _shelf.IsBroken = true;
        await using var worker = await StartAsync();

        Assert.Equal("run 1", (await worker.Router.AsksAsync(worker.Replica, Order(1))).Text);
        Assert.Equal("run 1", (await worker.Router.AsksAsync(worker.Replica, Order(2))).Text);
    }

    private Task<WorkerHost> StartAsync() => WorkerHost.StartAsync(w => w
        .RememberReplies(memory => memory.Store = _shelf)
        .HandleRaw(_ => Encoding.UTF8.GetBytes($"run {Interlocked.Increment(ref _runs)}")));

    private static Query Order(ulong ticket) => new(ticket) { MessageId = "order-1", AppId = "shop" };

    /// <summary>A store of a test.</summary>
    private sealed class Shelf : IReplyStore
    {
        private int _looks;

        public ConcurrentDictionary<ReplyKey, ReplyPayload> Kept { get; } = new();

        /// <summary>What keeping waits for, or fails with.</summary>
        public TaskCompletionSource? Obstacle { get; set; }

        /// <summary>Finding fails, too.</summary>
        public bool IsBroken { get; set; }

        public int Looks => _looks;

        public ValueTask<ReplyPayload?> FindAsync(ReplyKey key, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _looks);
            return IsBroken ? throw new IOException("The shelf is broken.") : new(Kept.TryGetValue(key, out var reply) ? reply : default(ReplyPayload?));
        }

        public async ValueTask KeepAsync(ReplyKey key, ReplyPayload reply, CancellationToken cancellationToken)
        {
            if (Obstacle is { } obstacle)
            {
                await obstacle.Task.WaitAsync(cancellationToken);
            }

            Kept[key] = reply;
        }
    }
}
