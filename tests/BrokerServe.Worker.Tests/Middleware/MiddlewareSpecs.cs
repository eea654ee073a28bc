using System.Collections.Concurrent;
using BrokerServe.Protocol;
using BrokerServe.Worker.Tests.EndToEnd;
using BrokerServe.Worker.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace BrokerServe.Worker.Tests.Middleware;

/// <summary>What an author puts around handlers.</summary>
public sealed class MiddlewareSpecs
{
    private readonly ConcurrentQueue<string> _steps = new();

    [Theory]
    [InlineData("sync")]
    [InlineData("async")]
    [InlineData("raw")]
    [InlineData("rawAsync")]
    [InlineData("class")]
    [InlineData("batch")]
    public async Task Middleware_goes_around_every_kind_of_handler_in_the_order_written(string method)
    {
        await using var worker = await WorkerHost.StartAsync(w => w
            .Handle<int, int>("sync", Note)
            .Use(Step("first"))
            .Handle<int, int>("async", async (number, _, _) =>
            {
                await Task.Yield();
                return Note(number);
            })
            .Use(Step("second"))
            .HandleRaw("raw", query => query.Reply(Note(query.Read<int>())))
            .HandleRaw("rawAsync", async (query, _) =>
            {
                await Task.Yield();
                return query.Reply(Note(query.Read<int>()));
            })
            .AddHandler<Doubler>()
            .HandleBatch<int, int>("batch", (batch, _) => batch.Select(Note)),
            services => services.AddSingleton(_steps));

        var reply = await worker.Router.AsksAsync(worker.Replica, new Query(1) { Method = method, Payload = HandlerSpecs.Pack(4) });

        Assert.Equal(8, reply.Read<int>());
        Assert.Equal(["first in", "second in", "handler 4", "second out", "first out"], _steps);
    }

    [Fact]
    public async Task A_middleware_sees_what_the_handler_sees()
    {
        QueryContext? passed = null;
        QueryContext? handled = null;
        await using var worker = await WorkerHost.StartAsync(w => w
            .Use((query, next, cancellation) =>
            {
                passed = query;
                Assert.Equal(query.Cancellation, cancellation);
                return next(query, cancellation);
            })
            .HandleRaw("look", query => (handled = query).Echo()));

        await worker.Router.AsksAsync(worker.Replica, new Query(1)
        {
            Method = "look", Payload = [1, 2], Attempt = 2, Metadata = [new("meta-tenant", "blue")],
        });

        Assert.NotNull(passed);
        Assert.Same(handled, passed);
        Assert.Equal(("look", 2, "blue"), (passed.Method, passed.Attempt, passed.Metadata["tenant"]));
        Assert.Equal([1, 2], passed.Payload.ToArray());
    }

    [Fact]
    public async Task A_middleware_can_answer_in_the_handlers_place()
    {
        await using var worker = await WorkerHost.StartAsync(w => w
            .Use((query, next, cancellation) => query.Read<int>() == 7 ? new(query.Reply("known")) : next(query, cancellation))
            .Handle<int, string>(number => $"computed {number}"));

        Assert.Equal("known", (await worker.Router.AsksAsync(worker.Replica, Number(1, 7))).Read<string>());
        Assert.Equal("computed 8", (await worker.Router.AsksAsync(worker.Replica, Number(2, 8))).Read<string>());
    }

    [Fact]
    public async Task A_middleware_chooses_the_error_that_the_caller_gets()
    {
        await using var worker = await WorkerHost.StartAsync(w => w
            .Use((query, next, cancellation) => query.Read<int>() == 7
                ? throw new QueryException(
                    ReplyStatus.Overloaded, "Not now.", retryable: false, new Dictionary<string, string> { ["retry_after_ms"] = "250" })
                : next(query, cancellation))
            .Handle<int, int>(number => number));

        var reply = await worker.Router.AsksAsync(worker.Replica, Number(1, 7));

        Assert.Equal(ReplyStatus.Overloaded, reply.Status);
        Assert.Equal(("Not now.", false), (reply.Error.Message, reply.Error.Retryable));
        Assert.Equal([new("retry_after_ms", "250")], reply.Error.Detail!);
    }

    [Fact]
    public async Task A_middleware_sees_how_the_handler_failed_and_can_make_it_good()
    {
        var seen = new ConcurrentQueue<Exception>();
        await using var worker = await WorkerHost.StartAsync(w => w
            .Use(async (query, next, cancellation) =>
            {
                try
                {
                    return await next(query, cancellation);
                }
                catch (Exception failure)
                {
                    seen.Enqueue(failure);
                    return failure is DivideByZeroException ? query.Reply(0) : throw new BadRequestException("Numbers only.", failure);
                }
            })
            .Handle<int, int>(number => 10 / number));

        Assert.Equal(0, (await worker.Router.AsksAsync(worker.Replica, Number(1, 0))).Read<int>());
        var reply = await worker.Router.AsksAsync(worker.Replica, new Query(2) { Payload = [0xc1] });
        Assert.Equal(ReplyStatus.BadRequest, reply.Status);
        Assert.Equal("Numbers only.", reply.Error.Message);
        Assert.IsType<DivideByZeroException>(seen.ElementAt(0));
        Assert.Equal(ReplyStatus.BadRequest, Assert.IsAssignableFrom<QueryException>(seen.ElementAt(1)).Status);
    }

    [Fact]
    public async Task A_middleware_can_call_the_handler_again()
    {
        var calls = 0;
        await using var worker = await WorkerHost.StartAsync(w => w
            .Use(async (query, next, cancellation) =>
            {
                try
                {
                    return await next(query, cancellation);
                }
                catch (TimeoutException)
                {
                    return await next(query, cancellation);
                }
            })
            .Handle<int, int>(number => ++calls == 1 ? throw new TimeoutException() : number));

        Assert.Equal(5, (await worker.Router.AsksAsync(worker.Replica, Number(1, 5))).Read<int>());
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task A_token_that_is_passed_on_is_the_handlers()
    {
        using var impatience = new CancellationTokenSource();
        var handed = CancellationToken.None;
        await using var worker = await WorkerHost.StartAsync(w => w
            .Use((query, next, _) => next(query, impatience.Token))
            .HandleRaw((query, cancellation) =>
            {
                handed = cancellation;
                return new(query.Echo());
            }));

        await worker.Router.AsksAsync(worker.Replica, new Query(1));

        Assert.Equal(impatience.Token, handed);
    }

    [Fact]
    public async Task A_middleware_class_has_the_querys_scope_and_is_disposed_after_it()
    {
        await using var worker = await WorkerHost.StartAsync(
            w => w
                .Use<Registered>()
                .Use<Unregistered>()
                .Handle<int, string>((_, query, _) => query.Services.GetRequiredService<Visit>().Text),
            services => services.AddSingleton(_steps).AddScoped<Visit>().AddSingleton<Registered>());

        Assert.Equal("seen", (await worker.Router.AsksAsync(worker.Replica, Number(1, 0))).Read<string>());
        Assert.Equal("seen", (await worker.Router.AsksAsync(worker.Replica, Number(2, 0))).Read<string>());

        Assert.Equal(["registered 1", "made", "disposed", "registered 2", "made", "disposed"], _steps);
    }

    [Fact]
    public void A_middleware_class_that_cannot_be_made_is_refused_at_start() =>
        Assert.ThrowsAny<Exception>(() => new BrokerServeWorkerOptions().Use<Abstract>());

    private static Query Number(ulong ticket, int number) => new(ticket) { Payload = HandlerSpecs.Pack(number) };

    private int Note(int number)
    {
        _steps.Enqueue($"handler {number}");
        return number * 2;
    }

    private Func<QueryContext, QueryDelegate, CancellationToken, ValueTask<ReplyPayload>> Step(string name) =>
        async (query, next, cancellation) =>
        {
            _steps.Enqueue($"{name} in");
            var reply = await next(query, cancellation);
            _steps.Enqueue($"{name} out");
            return reply;
        };

    public sealed class Doubler(ConcurrentQueue<string> steps)
    {
        [CallMethod("class")]
        public int Double(int number)
        {
            steps.Enqueue($"handler {number}");
            return number * 2;
        }
    }

    public sealed class Visit
    {
        public string Text { get; set; } = "unseen";
    }

    public sealed class Registered(ConcurrentQueue<string> steps) : IQueryMiddleware, IDisposable
    {
        private int _queries;

        public ValueTask<ReplyPayload> InvokeAsync(QueryContext query, QueryDelegate next, CancellationToken cancellationToken)
        {
            steps.Enqueue($"registered {++_queries}");
            return next(query, cancellationToken);
        }

        public void Dispose() => steps.Enqueue("never while the host runs");
    }

    public sealed class Unregistered : IQueryMiddleware, IAsyncDisposable
    {
        private readonly Visit _visit;
        private readonly ConcurrentQueue<string> _steps;

        public Unregistered(Visit visit, ConcurrentQueue<string> steps)
        {
            (_visit, _steps) = (visit, steps);
            steps.Enqueue("made");
        }

        public ValueTask<ReplyPayload> InvokeAsync(QueryContext query, QueryDelegate next, CancellationToken cancellationToken)
        {
            _visit.Text = "seen";
            return next(query, cancellationToken);
        }

        public ValueTask DisposeAsync()
        {
            _steps.Enqueue("disposed");
            return default;
        }
    }

    public abstract class Abstract : IQueryMiddleware
    {
        public abstract ValueTask<ReplyPayload> InvokeAsync(QueryContext query, QueryDelegate next, CancellationToken cancellationToken);
    }
}
