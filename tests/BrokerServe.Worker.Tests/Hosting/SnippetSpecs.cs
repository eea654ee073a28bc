using System.Diagnostics;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Transport;
using BrokerServe.Worker.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BrokerServe.Worker.Tests.Hosting;

/// <summary>The documentation's own example, which must compile and work.</summary>
public sealed class SnippetSpecs
{
    [Fact]
    public async Task A_worker_is_written_as_the_documentation_of_AddBrokerServeWorker_says()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddSingleton<People>().AddSingleton<Tenants>();
        builder.Services.AddBrokerServeWorker("greet-v1", worker =>
        {
            worker.Replicas = 2;
            worker.MaxConcurrentQueries = 8;

            worker.Handle<Greet, string>(async (greet, query, cancellation) =>
            {
                var people = query.Services.GetRequiredService<People>();
                return $"Hello, {await people.NickNameOfAsync(greet.Name, cancellation)}!";
            });
            worker.Handle<string, string>("shout", text => text.ToUpperInvariant());
            worker.HandleBatch<int, int>("square", (batch, cancellation) => batch.Select(x => x * x));
            worker.HandleRaw("echo", query => query.Echo());
            worker.AddHandler<FarewellHandler>();
            worker.Use<OnlyKnownTenants>();
            worker.Use(async (query, next, cancellation) =>
            {
                using var measured = Measure(query.Method);
                return await next(query, cancellation);
            });
            worker.OnReconfigure((text, cancellation) => Greetings.LoadAsync(text, cancellation));
        }).UseInMemory();

        using var host = builder.Build();
        await using var router = await RouterStand.StartAsync(host.Services.GetRequiredService<IBroker>());
        await host.StartAsync();
        var replica = await router.HearsAsync(AnnouncementKind.Join);
        var reply = await router.AsksAsync(replica, Ask(1, new Greet("Ada")) with { Metadata = [new("meta-tenant", "blue")] });
        Assert.Equal("Hello, Countess!", reply.Read<string>());
        reply = await router.AsksAsync(replica, Ask(2, "Ada") with { Method = "farewell", Metadata = [new("meta-tenant", "blue")] });
        Assert.Equal("Bye, Countess!", reply.Read<string>());
        reply = await router.AsksAsync(replica, Ask(3, new Greet("Ada")));
        Assert.Equal("Say in the metadata which tenant you are.", reply.Error.Message);
        await host.StopAsync();
    }

    private static Query Ask<T>(ulong ticket, T request) => new(ticket) { Payload = EndToEnd.HandlerSpecs.Pack(request) };

    private static Activity Measure(string method) => new Activity(method).Start();

    public sealed record Greet(string Name);

    public sealed class People
    {
        public async Task<string> NickNameOfAsync(string name, CancellationToken cancellation)
        {
            await Task.Delay(1, cancellation);
            return name == "Ada" ? "Countess" : name;
        }
    }

    public sealed class FarewellHandler(People people)
    {
        [CallMethod("farewell")]
        public async Task<string> FarewellAsync(string name, CancellationToken cancellation) =>
            $"Bye, {await people.NickNameOfAsync(name, cancellation)}!";
    }

    public sealed class Tenants
    {
        public async Task<bool> KnowsAsync(string tenant, CancellationToken cancellation)
        {
            await Task.Delay(1, cancellation);
            return tenant == "blue";
        }
    }

    public sealed class OnlyKnownTenants(Tenants tenants) : IQueryMiddleware
    {
        public async ValueTask<ReplyPayload> InvokeAsync(QueryContext query, QueryDelegate next, CancellationToken cancellationToken)
        {
            if (!query.Metadata.TryGetValue("tenant", out var tenant) || !await tenants.KnowsAsync(tenant, cancellationToken))
            {
                throw new BadRequestException("Say in the metadata which tenant you are.");
            }

            return await next(query, cancellationToken);
        }
    }

    private static class Greetings
    {
        public static Task LoadAsync(string text, CancellationToken cancellation) =>
            text.Length > 0 ? Task.CompletedTask : Task.Delay(1, cancellation);
    }
}
