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
        builder.Services.AddSingleton<People>();
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
            worker.OnReconfigure((text, cancellation) => Greetings.LoadAsync(text, cancellation));
        }).UseInMemory();

        using var host = builder.Build();
        await using var router = await RouterStand.StartAsync(host.Services.GetRequiredService<IBroker>());
        await host.StartAsync();
        var replica = await router.HearsAsync(AnnouncementKind.Join);
        var reply = await router.AsksAsync(replica, new Query(1) { Payload = EndToEnd.HandlerSpecs.Pack(new Greet("Ada")) });
        Assert.Equal("Hello, Countess!", reply.Read<string>());
        reply = await router.AsksAsync(replica, new Query(2) { Method = "farewell", Payload = EndToEnd.HandlerSpecs.Pack("Ada") });
        Assert.Equal("Bye, Countess!", reply.Read<string>());
        await host.StopAsync();
    }

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

    private static class Greetings
    {
        public static Task LoadAsync(string text, CancellationToken cancellation) =>
            text.Length > 0 ? Task.CompletedTask : Task.Delay(1, cancellation);
    }
}
