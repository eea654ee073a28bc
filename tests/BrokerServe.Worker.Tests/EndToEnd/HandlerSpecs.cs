using System.Text;
using System.Text.Json;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.InMemory;
using BrokerServe.Worker.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace BrokerServe.Worker.Tests.EndToEnd;

public sealed class HandlerSpecs
{
    public sealed record Greet(string Name);

    [Fact]
    public async Task A_raw_handler_can_send_the_payload_back_as_it_came()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.HandleRaw(query => query.Echo()));
        var reply = await worker.Router.AsksAsync(worker.Replica, new Query(1) { Payload = [1, 2, 3], ContentType = "image/png" });
        Assert.Equal(ReplyStatus.Ok, reply.Status);
        Assert.Equal([1, 2, 3], reply.Payload);
        Assert.Equal("image/png", reply.ContentType);
        Assert.Equal(worker.Replica.Replica, reply.Replica);
    }

    [Fact]
    public async Task Typed_handlers_read_and_write_MessagePack_without_attributes()
    {
        await using var worker = await WorkerHost.StartAsync(w => w
            .Handle<Greet, string>(async (greet, _, cancellation) =>
            {
                await Task.Delay(1, cancellation);
                return $"Hello, {greet.Name}!";
            })
            .Handle<string, string>("shout", text => text.ToUpperInvariant())
            .Handle("whisper", (string text, QueryContext _, CancellationToken _) => Task.FromResult(text.ToLowerInvariant())));

        var hello = await worker.Router.AsksAsync(worker.Replica, new Query(1) { Payload = Pack(new Greet("Ada")) });
        Assert.Equal("Hello, Ada!", hello.Read<string>());
        Assert.Equal(ContentTypes.MessagePack, hello.ContentType);
        var loud = await worker.Router.AsksAsync(worker.Replica, new Query(2) { Method = "shout", Payload = Pack("hey") });
        Assert.Equal("HEY", loud.Read<string>());
        var soft = await worker.Router.AsksAsync(worker.Replica, new Query(3) { Method = "whisper", Payload = Pack("HEY") });
        Assert.Equal("hey", soft.Read<string>());
    }

    [Fact]
    public async Task A_caller_that_speaks_JSON_is_answered_in_JSON()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.Handle<Greet, Greet>(greet => new Greet(greet.Name + "!")));
        var reply = await worker.Router.AsksAsync(
            worker.Replica, new Query(1) { Payload = """{"name":"Ada"}"""u8.ToArray(), ContentType = "application/json; charset=utf-8" });
        Assert.Equal("application/json", reply.ContentType);
        Assert.Equal("Ada!", JsonDocument.Parse(reply.Payload).RootElement.GetProperty("name").GetString());
    }

    [Fact(DisplayName = "Semantics 25: Call method: __call__ when unset; an unknown one is method_not_found, naming it and listing what there is")]
    public async Task An_unknown_method_is_named_and_the_known_ones_are_listed()
    {
        await using var worker = await WorkerHost.StartAsync(w => w
            .HandleRaw(_ => "unset"u8.ToArray())
            .HandleRaw("shout", _ => "shout"u8.ToArray()));
        Assert.Equal("unset", (await worker.Router.AsksAsync(worker.Replica, new Query(1))).Text);
        Assert.Equal("unset", (await worker.Router.AsksAsync(worker.Replica, new Query(2) { Method = "__call__" })).Text);

        var reply = await worker.Router.AsksAsync(worker.Replica, new Query(3) { Method = "shoot" });
        Assert.Equal(ReplyStatus.MethodNotFound, reply.Status);
        Assert.Contains("shoot", reply.Error.Message, StringComparison.Ordinal);
        Assert.Contains("__call__, shout", reply.Error.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Semantics 11: Handler error: the reply is handler_error with type, message and remote stack trace; the replica stays in service; the credit returns")]
    public async Task A_handler_that_throws_fails_its_query_alone()
    {
        await using var worker = await WorkerHost.StartAsync(w => w
            .Handle<int, int>("divide", x => 1 / x)
            .Handle<int, int>("later", async (x, _, _) =>
            {
                await Task.Yield();
                throw new InvalidOperationException($"no {x}", new FormatException("the cause"));
            }));
        var reply = await worker.Router.AsksAsync(worker.Replica, new Query(1) { Method = "divide", Payload = Pack(0) });
        Assert.Equal(ReplyStatus.HandlerError, reply.Status);
        Assert.Equal("System.DivideByZeroException", reply.Error.Detail!["type"]);
        Assert.Contains(nameof(A_handler_that_throws_fails_its_query_alone), reply.Error.Detail["stack_trace"], StringComparison.Ordinal);

        reply = await worker.Router.AsksAsync(worker.Replica, new Query(2) { Method = "later", Payload = Pack(7) });
        Assert.Equal("no 7", reply.Error.Detail!["message"]);
        Assert.Contains("the cause", reply.Error.Detail["stack_trace"], StringComparison.Ordinal);

        reply = await worker.Router.AsksAsync(worker.Replica, new Query(3) { Method = "divide", Payload = Pack(1) });
        Assert.Equal(1, reply.Read<int>());
    }

    [Fact]
    public async Task A_payload_that_cannot_be_read_is_a_bad_request()
    {
        await using var worker = await WorkerHost.StartAsync(w => w
            .Handle<Greet, string>(greet => greet.Name)
            .Handle<int, int>("even", x => x % 2 == 0 ? x : throw new BadRequestException($"{x} is odd.")));
        var reply = await worker.Router.AsksAsync(worker.Replica, new Query(1) { Payload = [0xc1] });
        Assert.Equal(ReplyStatus.BadRequest, reply.Status);
        Assert.Contains("Greet", reply.Error.Message, StringComparison.Ordinal);

        reply = await worker.Router.AsksAsync(worker.Replica, new Query(2) { ContentType = "image/png" });
        Assert.Equal(ReplyStatus.BadRequest, reply.Status);
        Assert.Contains("image/png", reply.Error.Message, StringComparison.Ordinal);

        reply = await worker.Router.AsksAsync(worker.Replica, new Query(3) { Method = "even", Payload = Pack(3) });
        Assert.Equal(ReplyStatus.BadRequest, reply.Status);
        Assert.Equal("3 is odd.", reply.Error.Message);
    }

    [Fact]
    public async Task A_reply_that_is_too_large_is_refused_with_both_sizes()
    {
        await using var worker = await WorkerHost.StartAsync(
            w => w.HandleRaw(_ => new byte[200_000]),
            options: new InMemoryBrokerOptions { Limits = new BrokerLimits(MaxBodyBytes: 100_000) });
        var reply = await worker.Router.AsksAsync(worker.Replica, new Query(1));
        Assert.Equal(ReplyStatus.PayloadTooLarge, reply.Status);
        Assert.Contains("200000", reply.Error.Message, StringComparison.Ordinal);
        Assert.Contains("98976", reply.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_without_a_result_answers_nil()
    {
        await using var worker = await WorkerHost.StartAsync(w => w
            .Handle<string, string?>(_ => (string?)null)
            .AddHandler<QuietHandler>());
        Assert.Null((await worker.Router.AsksAsync(worker.Replica, new Query(1) { Payload = Pack("x") })).Read<string?>());
        var reply = await worker.Router.AsksAsync(worker.Replica, new Query(2) { Method = "later", Payload = Pack("x") });
        Assert.Equal(ReplyStatus.Ok, reply.Status);
        Assert.Null(reply.Read<string?>());
    }

    [Fact]
    public async Task A_handler_knows_everything_about_its_query()
    {
        QueryContext? seen = null;
        await using var worker = await WorkerHost.StartAsync(w => w.HandleRaw("look", query =>
        {
            seen = query;
            return query.Echo();
        }));
        var before = DateTimeOffset.UtcNow;
        await worker.Router.AsksAsync(worker.Replica, new Query(1)
        {
            Method = "look",
            Payload = "text"u8.ToArray(),
            ContentType = "text/plain",
            TimeLeftMs = 20_000,
            Attempt = 2,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            Metadata = [new("meta-tenant", "blue"), new("baggage", "k=v")],
        });

        Assert.NotNull(seen);
        Assert.Equal(("greet", "greet-v1", "look"), (seen.Endpoint, seen.Backend, seen.Method));
        Assert.Equal(worker.Replica.Replica, seen.Replica);
        Assert.Equal(2, seen.Attempt);
        Assert.Equal(("message-1", "tests", "text/plain"), (seen.MessageId, seen.AppId, seen.ContentType));
        Assert.Equal("blue", seen.Metadata["tenant"]);
        Assert.Equal("k=v", seen.Metadata["baggage"]);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", seen.TraceContext.TraceId.ToHexString());
        Assert.InRange(seen.Deadline, before.AddSeconds(15), before.AddSeconds(60));
        Assert.InRange(seen.TimeLeft, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal("text", Encoding.UTF8.GetString(seen.Payload.Span)); // May be kept after the answer.
    }

    [Fact]
    public async Task A_handler_class_gets_its_services_from_a_scope_for_each_query()
    {
        await using var worker = await WorkerHost.StartAsync(
            w => w.AddHandler<CountingHandler>(),
            services => services.AddSingleton<Ledger>().AddScoped<Visit>());
        var ledger = worker.Host.Services.GetRequiredService<Ledger>();

        var first = await worker.Router.AsksAsync(worker.Replica, new Query(1) { Payload = Pack("Ada") });
        var second = await worker.Router.AsksAsync(worker.Replica, new Query(2) { Method = "again", Payload = Pack("Ada") });
        Assert.Equal("Ada in visit 1", first.Read<string>());
        Assert.Equal("again Ada in visit 2", second.Read<string>());
        await Patience.UntilAsync(() => ledger.Disposed == 4, "two visits and two handlers are disposed");
    }

    [Fact(DisplayName = "Semantics 7: a limit that the worker announced with some ahead: it holds so many, and runs no more than before")]
    public async Task What_waits_ahead_is_announced_and_held_and_does_not_run()
    {
        var gate = new SemaphoreSlim(0);
        var (running, most) = (0, 0);
        await using var worker = await WorkerHost.StartAsync(w =>
        {
            w.MaxConcurrentQueries = 1;
            w.QueriesAhead = 2;
            w.HandleRaw(async (query, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await gate.WaitAsync(CancellationToken.None);
                Interlocked.Decrement(ref running);
                return query.Echo();
            });
        });
        Assert.Equal(3, worker.Replica.MaxConcurrent);
        await worker.Router.SendsAsync(worker.Replica, [.. Enumerable.Range(1, 4).Select(ticket => new Query((ulong)ticket))]);
        Assert.Equal(ReplyStatus.Overloaded, (await worker.Router.ReceivesAsync()).Status);

        gate.Release(3);
        Assert.All(await worker.Router.ReceivesAsync(3), reply => Assert.Equal(ReplyStatus.Ok, reply.Status));
        Assert.Equal(1, most);
    }

    [Fact(DisplayName = "Semantics 28: Async handlers run up to the limit at once")]
    public async Task Async_handlers_run_up_to_the_limit_at_once()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = 0;
        await using var worker = await WorkerHost.StartAsync(w =>
        {
            w.MaxConcurrentQueries = 3;
            w.HandleRaw(async (query, _) =>
            {
                Interlocked.Increment(ref running);
                await gate.Task;
                return query.Echo();
            });
        });
        await worker.Router.SendsAsync(worker.Replica, [.. Enumerable.Range(1, 5).Select(ticket => new Query((ulong)ticket))]);
        var refused = await worker.Router.ReceivesAsync(2);
        Assert.All(refused, reply => Assert.Equal(ReplyStatus.Overloaded, reply.Status));
        await Patience.UntilAsync(() => Volatile.Read(ref running) == 3, "three handlers run at once");
        gate.SetResult();
        var replies = await worker.Router.ReceivesAsync(3);
        Assert.All(replies, reply => Assert.Equal(ReplyStatus.Ok, reply.Status));
    }

    [Fact(DisplayName = "Semantics 16: the worker gets the time left and cancels its handler's token at zero (in a host, on the system's clock)")]
    public async Task The_deadline_cancels_the_handlers_token()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.HandleRaw(async (query, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return query.Echo();
        }));
        var reply = await worker.Router.AsksAsync(worker.Replica, new Query(1) { TimeLeftMs = 50 });
        Assert.Equal(ReplyStatus.DeadlineExceeded, reply.Status);
    }

    internal static byte[] Pack<T>(T value)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        MessagePackPayloadSerializer.Default.Write(buffer, value);
        return buffer.WrittenSpan.ToArray();
    }

    public sealed class QuietHandler
    {
        [CallMethod("later")]
        public async Task LaterAsync(string text) => await Task.Delay(text.Length);
    }

    public sealed class Ledger
    {
        private int _disposed;

        public int Visits { get; set; }

        public int Disposed => Volatile.Read(ref _disposed);

        public void Dispose() => Interlocked.Increment(ref _disposed);
    }

    public sealed class Visit(Ledger ledger) : IDisposable
    {
        public int Number { get; } = ++ledger.Visits;

        public void Dispose() => ledger.Dispose();
    }

    public sealed class CountingHandler(Visit visit, Ledger ledger) : IHandler<string, string>, IAsyncDisposable
    {
        public async ValueTask<string> HandleAsync(string request, QueryContext query, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Assert.Same(visit, query.Services.GetRequiredService<Visit>());
            return $"{request} in visit {visit.Number}";
        }

        [CallMethod("again")]
        public string Again(string request) => $"again {request} in visit {visit.Number}";

        public ValueTask DisposeAsync()
        {
            ledger.Dispose();
            return default;
        }
    }
}
