using System.Collections.Concurrent;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Worker.Tests.EndToEnd;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.Memory;

/// <summary>A worker that remembers what it answered, in a host and over the wire.</summary>
public sealed class ReplyMemorySpecs
{
    private readonly ConcurrentQueue<int> _runs = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_request_that_comes_again_gets_the_reply_that_it_had_and_does_not_run()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.RememberReplies().Handle<int, string>(Count));

        var first = await worker.Router.AsksAsync(worker.Replica, Order(1));
        var again = await worker.Router.AsksAsync(worker.Replica, Order(2));

        Assert.Equal(("run 1", "run 1"), (first.Read<string>(), again.Read<string>()));
        Assert.Equal(first.ContentType, again.ContentType);
        Assert.Single(_runs);
    }

    [Fact]
    public async Task Nothing_is_remembered_unless_it_is_asked_for()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.Handle<int, string>(Count));

        await worker.Router.AsksAsync(worker.Replica, Order(1));
        Assert.Equal("run 2", (await worker.Router.AsksAsync(worker.Replica, Order(2))).Read<string>());
    }

    [Theory]
    [InlineData("order-2", "shop")]
    [InlineData("order-1", "other-shop")]
    [InlineData("order-1", "")]
    [InlineData("", "shop")]
    public async Task Another_app_id_or_message_id_is_another_request_and_without_a_message_id_each_is_one(string messageId, string appId)
    {
        await using var worker = await WorkerHost.StartAsync(w => w.RememberReplies().Handle<int, string>(Count));
        var other = Order(2) with { MessageId = messageId, AppId = appId };

        await worker.Router.AsksAsync(worker.Replica, Order(1));
        Assert.Equal("run 2", (await worker.Router.AsksAsync(worker.Replica, other)).Read<string>());
        Assert.Equal(
            messageId.Length == 0 ? "run 3" : "run 2",
            (await worker.Router.AsksAsync(worker.Replica, other with { Ticket = 3 })).Read<string>());
    }

    [Fact]
    public async Task One_that_comes_while_the_first_runs_joins_it()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.RememberReplies().Handle<int, string>(CountAsync));
        await worker.Router.SendsAsync(worker.Replica, Order(1));
        await Patience.UntilAsync(() => _runs.Count == 1, "the first runs");

        // The plain one is behind the second in the line, so its reply says that the second has begun.
        await worker.Router.SendsAsync(worker.Replica, Order(2), Order(3) with { MessageId = "", Payload = HandlerSpecs.Pack(0) });
        Assert.Equal(3ul, (await worker.Router.ReceivesAsync()).Ticket);
        _gate.SetResult();

        var replies = await worker.Router.ReceivesAsync(2);
        Assert.Equal(["run 1", "run 1"], replies.Select(reply => reply.Read<string>()));
        Assert.Equal([1, 0], _runs);
    }

    [Fact]
    public async Task An_error_is_everybodys_who_joined_and_is_not_remembered()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.RememberReplies().Handle<int, string>(async (number, query, cancellation) =>
        {
            var text = await CountAsync(number, query, cancellation);
            return _runs.Count(run => run == number) == 1 ? throw new InvalidOperationException("Out of ink.") : text;
        }));
        await worker.Router.SendsAsync(worker.Replica, Order(1));
        await Patience.UntilAsync(() => _runs.Count == 1, "the first runs");
        await worker.Router.SendsAsync(worker.Replica, Order(2), Order(3) with { MessageId = "", Payload = HandlerSpecs.Pack(0) });
        await worker.Router.ReceivesAsync();
        _gate.SetResult();

        Assert.All(await worker.Router.ReceivesAsync(2), reply => Assert.Equal(ReplyStatus.HandlerError, reply.Status));
        Assert.Equal("run 3", (await worker.Router.AsksAsync(worker.Replica, Order(4))).Read<string>());
    }

    [Fact]
    public async Task A_run_that_its_caller_gave_up_is_no_answer_and_one_that_joined_it_runs()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.RememberReplies().Handle<int, string>(CountAsync));
        await worker.Router.SendsAsync(worker.Replica, Order(1));
        await Patience.UntilAsync(() => _runs.Count == 1, "the first runs");
        await worker.Router.SendsAsync(worker.Replica, Order(2), Order(3) with { MessageId = "", Payload = HandlerSpecs.Pack(0) });
        await worker.Router.ReceivesAsync();

        await worker.Router.SaysAsync(worker.Replica, new CancelCommand("router-a", [new Ticket(1)]));
        Assert.Equal((1ul, ReplyStatus.Cancelled), await EndingAsync(worker));
        await Patience.UntilAsync(() => _runs.Count == 3, "the second runs");
        _gate.SetResult();

        Assert.Equal((2ul, ReplyStatus.Ok), await EndingAsync(worker));
    }

    [Fact]
    public async Task Who_joined_and_is_given_up_itself_leaves_the_run_alone()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.RememberReplies().Handle<int, string>(CountAsync));
        await worker.Router.SendsAsync(worker.Replica, Order(1));
        await Patience.UntilAsync(() => _runs.Count == 1, "the first runs");
        await worker.Router.SendsAsync(worker.Replica, Order(2), Order(3) with { MessageId = "", Payload = HandlerSpecs.Pack(0) });
        await worker.Router.ReceivesAsync();

        await worker.Router.SaysAsync(worker.Replica, new CancelCommand("router-a", [new Ticket(2)]));
        Assert.Equal((2ul, ReplyStatus.Cancelled), await EndingAsync(worker));
        _gate.SetResult();

        Assert.Equal((1ul, ReplyStatus.Ok), await EndingAsync(worker));
        Assert.Equal([1, 0], _runs);
    }

    [Fact]
    public async Task A_batch_does_not_wait_for_a_member_that_is_the_same_request_as_another()
    {
        await using var worker = await WorkerHost.StartAsync(w => w
            .RememberReplies()
            .HandleBatch<int, string>((batch, _) => batch.Select(Count)));

        await worker.Router.SendsAsync(
            worker.Replica, Order(1), Order(2), Order(3) with { MessageId = "order-2", Payload = HandlerSpecs.Pack(2) });

        var replies = await worker.Router.ReceivesAsync(3);
        Assert.Equal(["run 1", "run 1", "run 2"], replies.Select(reply => reply.Read<string>()));
        Assert.Equal([1, 2], _runs);
    }

    [Fact]
    public async Task The_replica_that_comes_after_a_lost_connection_remembers_what_its_predecessor_answered()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.RememberReplies().Handle<int, string>(Count));
        await worker.Router.AsksAsync(worker.Replica, Order(1));

        Assert.NotEqual(0, worker.Broker.Cut(name => name.Contains(worker.Replica.Replica, StringComparison.Ordinal)));
        var next = await worker.Router.HearsAsync(AnnouncementKind.Join);

        Assert.NotEqual(worker.Replica.Replica, next.Replica);
        Assert.Equal("run 1", (await worker.Router.AsksAsync(next, Order(1))).Read<string>());
        Assert.Single(_runs);
    }

    [Fact]
    public async Task What_is_added_before_sees_every_query_and_what_is_added_later_those_that_run()
    {
        var seen = new ConcurrentQueue<string>();
        await using var worker = await WorkerHost.StartAsync(w => w
            .Use((query, next, cancellation) =>
            {
                seen.Enqueue("before");
                return next(query, cancellation);
            })
            .RememberReplies()
            .Use((query, next, cancellation) =>
            {
                seen.Enqueue("after");
                return next(query, cancellation);
            })
            .Handle<int, string>(Count));

        await worker.Router.AsksAsync(worker.Replica, Order(1));
        await worker.Router.AsksAsync(worker.Replica, Order(2));

        Assert.Equal(["before", "after", "before"], seen);
    }

    [Fact]
    public async Task Bytes_that_a_handler_writes_to_after_its_reply_was_sent_are_not_what_is_remembered()
    {
        var buffer = new byte[1];
        await using var worker = await WorkerHost.StartAsync(w => w.RememberReplies().HandleRaw(_ =>
        {
            buffer[0]++;
            return buffer;
        }));
        await worker.Router.AsksAsync(worker.Replica, Order(1));
        await worker.Router.AsksAsync(worker.Replica, Order(2) with { MessageId = "order-2" });

        Assert.Equal([1], (await worker.Router.AsksAsync(worker.Replica, Order(3))).Payload);
    }

    [Theory]
    [InlineData(0, 60, 2_000, "MaxReplies is 0; it must be 1 to 10,000,000.")]
    [InlineData(1, 0, 2_000, "MaxAge is 00:00:00; it must be 1 s to 7 days.")]
    [InlineData(1, 60, 1, "MaxBytes is 1; it must be 1,024 bytes to 1 TiB.")]
    public void Bounds_out_of_their_range_are_refused_and_both_are_printed(int replies, int seconds, long bytes, string message)
    {
        var fault = Assert.Throws<ArgumentException>(() => new BrokerServeWorkerOptions().RememberReplies(memory =>
            (memory.MaxReplies, memory.MaxAge, memory.MaxBytes) = (replies, TimeSpan.FromSeconds(seconds), bytes)));
        Assert.Equal(message, fault.Message);
    }

    private static Query Order(ulong ticket) => new(ticket) { MessageId = "order-1", AppId = "shop", Payload = HandlerSpecs.Pack(1) };

    private static async Task<(ulong Ticket, ReplyStatus Status)> EndingAsync(WorkerHost worker)
    {
        var reply = await worker.Router.ReceivesAsync();
        return (reply.Ticket, reply.Status);
    }

    private string Count(int number)
    {
        lock (_runs)
        {
            _runs.Enqueue(number);
            return $"run {_runs.Count}";
        }
    }

    // Number 0 passes at once.
    private async Task<string> CountAsync(int number, QueryContext query, CancellationToken cancellation)
    {
        var text = Count(number);
        if (number != 0)
        {
            await _gate.Task.WaitAsync(cancellation);
        }

        return text;
    }
}
