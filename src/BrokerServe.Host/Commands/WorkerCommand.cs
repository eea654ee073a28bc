using System.CommandLine;
using BrokerServe.Host.Handlers;
using BrokerServe.Host.Serving;
using BrokerServe.Transport;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve worker</c>: replicas of a backend with a built-in handler, for trials and tests.</summary>
internal static class WorkerCommand
{
    private const string About = "Runs replicas of a backend with a built-in handler, for trials and tests.";

    private const string Details = """
        Runs until SIGINT or SIGTERM; then it drains.

          brokerserve worker greet-v1 --handler echo --replicas 2 --max-concurrent 8

        Handlers: echo (the payload back), upper (text in capitals), sleep:MS (echo after so long), fail:P (fails with probability P),
        crash:P (the process dies with probability P). A worker with your own handlers is a few lines of .NET around the package
        BrokerServe.Worker, or any process that speaks PROTOCOL.md.
        """;

    // Between the grace period's end and the host's: cancelled handlers, last words, connections.
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var backend = new Argument<string>("BACKEND") { Description = "The backend's name, as the routers' traffic has it." };
        var handler = new Option<BuiltInHandler>("--handler")
        {
            Description = $"What to do with queries: {BuiltInHandler.Forms}.",
            HelpName = "HANDLER",
            CustomParser = result => BuiltInHandler.Parse(result),
            DefaultValueFactory = _ => BuiltInHandler.Echo,
        };
        handler.CompletionSources.Add(BuiltInHandler.Examples);
        var replicas = Ranges.Count("--replicas", 1, 64, 1, "Replicas in this process.");
        var concurrent = Ranges.Count("--max-concurrent", 1, 10_000, 8, "Queries that each replica runs at once.");
        var ahead = Ranges.Count("--ahead", 0, 1_000, 0, "Queries that may wait at each replica beyond those it runs, so that no place stands empty.");
        var grace = Ranges.Time("--grace", TimeSpan.Zero, TimeSpan.FromMinutes(15), 20, "How long to drain before what is left is cancelled.");
        var command = new DetailedCommand("worker", About, Details) { backend, handler, replicas, concurrent, ahead, grace };
        var broker = BrokerOptions.AddTo(command);
        var service = ServiceOptions.AddTo(command);
        command.SetAction(parsed =>
        {
            var gracePeriod = parsed.GetValue(grace).Time;
            var settings = service.Read(parsed, "brokerserve-worker") with { StopTimeout = gracePeriod + StopMargin };
            broker.Check(parsed);
            return ServiceHost.RunAsync(
                settings,
                (services, _) =>
                {
                    services.AddBrokerServeWorker(parsed.GetValue(backend)!, worker =>
                    {
                        worker.Replicas = parsed.GetValue(replicas);
                        worker.MaxConcurrentQueries = parsed.GetValue(concurrent);
                        worker.QueriesAhead = parsed.GetValue(ahead);
                        worker.GracePeriod = gracePeriod;
                        worker.Prefix = broker.PrefixOf(parsed);
                        worker.HandleRaw(parsed.GetValue(handler)!.Handle);
                    });
                    services.AddSingleton<IBroker>(provider => broker.Open(parsed, provider.GetRequiredService<ILoggerFactory>()));
                },
                parsed.InvocationConfiguration.Error);
        });
        return command;
    }
}
