using BrokerServe.Protocol;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.EndToEnd;

public sealed class BatchHandlerSpecs
{
    [Fact(DisplayName = "Semantics 27: A batch handler returns exactly one result per query, in order")]
    public async Task Each_member_gets_its_own_result()
    {
        var sizes = new List<int>();
        await using var worker = await WorkerHost.StartAsync(w => w.HandleBatch<int, int>("square", (batch, _) =>
        {
            sizes.Add(batch.Count);
            return batch.Select(x => x * x);
        }));
        await worker.Router.SendsAsync(worker.Replica, [.. Enumerable.Range(1, 8).Select(Square)]);
        var replies = await worker.Router.ReceivesAsync(8);
        Assert.Equal([1, 4, 9, 16, 25, 36, 49, 64], replies.Select(reply => reply.Read<int>()));
        Assert.Equal([8], sizes);
    }

    [Fact(DisplayName = "Semantics 27: otherwise every member gets an error that says both counts")]
    public async Task Too_few_results_fail_every_member_with_both_counts()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.HandleBatch<int, int>("square", (batch, _) => batch.Skip(1)));
        await worker.Router.SendsAsync(worker.Replica, Square(1), Square(2), Square(3));
        foreach (var reply in await worker.Router.ReceivesAsync(3))
        {
            Assert.Equal(ReplyStatus.HandlerError, reply.Status);
            Assert.Contains("2 results for 3 queries", reply.Error.Message, StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "Semantics 27: An exception fails every member")]
    public async Task An_exception_fails_every_member()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.HandleBatch<int, int>("square", async (batch, _) =>
        {
            await Task.Yield();
            throw new InvalidOperationException($"all {batch.Count}");
        }));
        await worker.Router.SendsAsync(worker.Replica, Square(1), Square(2));
        foreach (var reply in await worker.Router.ReceivesAsync(2))
        {
            Assert.Equal(ReplyStatus.HandlerError, reply.Status);
            Assert.Equal("all 2", reply.Error.Detail!["message"]);
        }
    }

    [Fact]
    public async Task A_member_that_cannot_be_read_fails_alone()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.HandleBatch<int, int>("square", (batch, _) => batch.Select(x => x * x)));
        await worker.Router.SendsAsync(worker.Replica, Square(1), Square(2) with { Payload = [0xc1] }, Square(3));
        var replies = await worker.Router.ReceivesAsync(3);
        Assert.Equal([ReplyStatus.Ok, ReplyStatus.BadRequest, ReplyStatus.Ok], replies.Select(reply => reply.Status));
        Assert.Equal(9, replies[2].Read<int>());
    }

    [Fact]
    public async Task A_missing_list_of_results_counts_as_none()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.HandleBatch<int, int>("square", (IEnumerable<int> (_, _) => null!)));
        var reply = await worker.Router.AsksAsync(worker.Replica, Square(1));
        Assert.Contains("0 results for 1 queries", reply.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_raw_batch_passes_bytes_and_content_types()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.HandleRawBatch(
            "square", (batch, _) => Task.FromResult(batch.Queries.Select(query => query.Echo()))));
        var reply = await worker.Router.AsksAsync(worker.Replica, Square(1) with { Payload = [9], ContentType = "image/png" });
        Assert.Equal("image/png", reply.ContentType);
        Assert.Equal([9], reply.Payload);
    }

    private static Query Square(int number) => new((ulong)number) { Method = "square", Payload = HandlerSpecs.Pack(number) };
}
