using System.Collections.Concurrent;
using System.Diagnostics;
using BrokerServe.Protocol;
using BrokerServe.Worker.Tests.EndToEnd;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.Middleware;

/// <summary>Middleware sees the members of a batch, one by one.</summary>
public sealed class BatchMiddlewareSpecs
{
    private readonly ConcurrentQueue<string> _batches = new();
    private string? _span; // The one that was current when the handler ran.

    [Fact]
    public async Task Members_come_through_one_by_one_and_reach_the_handler_together()
    {
        var passed = new ConcurrentQueue<int>();
        await using var worker = await StartAsync(async (query, next, cancellation) =>
        {
            await Task.Yield();
            passed.Enqueue(query.Read<int>());
            return await next(query, cancellation);
        });
        await worker.Router.SendsAsync(worker.Replica, Numbers(1, 2, 3));

        Assert.Equal([1, 4, 9], (await worker.Router.ReceivesAsync(3)).Select(reply => reply.Read<int>()));
        Assert.Equal([1, 2, 3], passed.Order());
        Assert.Equal(["1 2 3"], _batches);
    }

    [Fact]
    public async Task A_member_that_is_answered_or_refused_on_the_way_leaves_the_others_their_batch()
    {
        await using var worker = await StartAsync((query, next, cancellation) => query.Read<int>() switch
        {
            2 => new(query.Reply(22)),
            3 => throw new QueryException(ReplyStatus.PayloadTooLarge, "Three is too many."),
            _ => next(query, cancellation),
        });
        await worker.Router.SendsAsync(worker.Replica, Numbers(1, 2, 3, 4));

        var replies = await worker.Router.ReceivesAsync(4);
        Assert.Equal([1, 22, 16], new[] { replies[0], replies[1], replies[3] }.Select(reply => reply.Read<int>()));
        Assert.Equal(ReplyStatus.PayloadTooLarge, replies[2].Status);
        Assert.Equal(["1 4"], _batches);
    }

    [Fact]
    public async Task The_handler_is_not_called_when_nobody_comes_through()
    {
        await using var worker = await StartAsync((query, _, _) => new(query.Reply(0)));
        await worker.Router.SendsAsync(worker.Replica, Numbers(1, 2));

        Assert.Equal([0, 0], (await worker.Router.ReceivesAsync(2)).Select(reply => reply.Read<int>()));
        Assert.Empty(_batches);
    }

    [Fact]
    public async Task Each_member_hears_of_its_own_failure_and_all_of_them_of_the_batchs()
    {
        var failures = new ConcurrentQueue<string>();
        await using var worker = await StartAsync(async (query, next, cancellation) =>
        {
            try
            {
                return await next(query, cancellation);
            }
            catch (Exception failure)
            {
                failures.Enqueue($"{query.MessageId} {failure.GetType().Name}");
                throw;
            }
        });
        await worker.Router.SendsAsync(worker.Replica, Number(1, 1), Number(2, 2) with { Payload = [0xc1] });
        var replies = await worker.Router.ReceivesAsync(2);
        Assert.Equal([ReplyStatus.Ok, ReplyStatus.BadRequest], replies.Select(reply => reply.Status));
        Assert.Equal(["message-2 UnreadablePayloadException"], failures);

        failures.Clear();
        await worker.Router.SendsAsync(worker.Replica, Number(3, -1), Number(4, 4));
        Assert.All(await worker.Router.ReceivesAsync(2), reply => Assert.Equal(ReplyStatus.HandlerError, reply.Status));
        Assert.Equal(["message-3 FormatException", "message-4 FormatException"], failures.Order());
    }

    [Fact]
    public async Task A_member_that_goes_again_gets_a_batch_of_its_own()
    {
        await using var worker = await StartAsync(async (query, next, cancellation) =>
        {
            var reply = await next(query, cancellation);
            return query.Read<int>() == 2 ? await next(query, cancellation) : reply;
        });
        await worker.Router.SendsAsync(worker.Replica, Numbers(1, 2, 3));

        Assert.Equal([1, 4, 9], (await worker.Router.ReceivesAsync(3)).Select(reply => reply.Read<int>()));
        Assert.Equal(["1 2 3", "2"], _batches);
    }

    [Fact]
    public async Task A_member_that_nobody_waits_for_does_not_hold_the_batch_up()
    {
        await using var worker = await StartAsync(async (query, next, cancellation) =>
        {
            if (query.Read<int>() == 2)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            return await next(query, cancellation);
        });
        await worker.Router.SendsAsync(worker.Replica, Number(1, 1), Number(2, 2) with { TimeLeftMs = 50 }, Number(3, 3));

        var replies = await worker.Router.ReceivesAsync(3);
        Assert.Equal([ReplyStatus.Ok, ReplyStatus.DeadlineExceeded, ReplyStatus.Ok], replies.Select(reply => reply.Status));
        Assert.Equal(["1 3"], _batches);
    }

    [Fact]
    public async Task A_member_that_is_given_up_in_front_of_the_handler_is_left_out()
    {
        using var impatience = new CancellationTokenSource();
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = await StartAsync(async (query, next, cancellation) =>
        {
            if (query.Read<int>() == 1)
            {
                try
                {
                    return await next(query, impatience.Token);
                }
                finally
                {
                    gone.SetResult();
                }
            }

            // Members enter in order, so the first one waits in front of the handler by now.
            await impatience.CancelAsync();
            await gone.Task;
            return await next(query, cancellation);
        });
        await worker.Router.SendsAsync(worker.Replica, Numbers(1, 2));

        var replies = await worker.Router.ReceivesAsync(2);
        Assert.Equal([ReplyStatus.HandlerError, ReplyStatus.Ok], replies.Select(reply => reply.Status));
        Assert.Equal(["2"], _batches);
    }

    [Fact]
    public async Task Each_member_is_passed_on_within_its_own_span_and_the_handler_runs_in_the_batchs()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == BrokerServeWorkerTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        var passed = new ConcurrentQueue<string>();
        await using var worker = await StartAsync(async (query, next, cancellation) =>
        {
            passed.Enqueue($"{query.MessageId} {Activity.Current!.OperationName} {Activity.Current.GetTagItem("messaging.message.id")}");
            var reply = await next(query, cancellation);
            passed.Enqueue($"{query.MessageId} {Activity.Current!.OperationName} {Activity.Current.GetTagItem("messaging.message.id")}");
            return reply;
        });
        await worker.Router.SendsAsync(worker.Replica, Numbers(1, 2));
        await worker.Router.ReceivesAsync(2);

        Assert.Equal(
            ["message-1 process greet message-1", "message-1 process greet message-1", "message-2 process greet message-2", "message-2 process greet message-2"],
            passed.Order());
        Assert.Equal("batch square", _span);
    }

    private Task<WorkerHost> StartAsync(Func<QueryContext, QueryDelegate, CancellationToken, ValueTask<ReplyPayload>> middleware) =>
        WorkerHost.StartAsync(w => w
            .Use(middleware)
            .HandleBatch<int, int>("square", (batch, _) =>
            {
                _batches.Enqueue(string.Join(' ', batch));
                _span = Activity.Current?.OperationName;
                return batch.Contains(-1) ? throw new FormatException() : batch.Select(number => number * number);
            }));

    private static Query[] Numbers(params int[] numbers) => Array.ConvertAll(numbers, number => Number((ulong)number, number));

    private static Query Number(ulong ticket, int number) => new(ticket) { Method = "square", Payload = HandlerSpecs.Pack(number) };
}
