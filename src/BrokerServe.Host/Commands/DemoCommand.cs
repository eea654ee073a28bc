using System.CommandLine;
using BrokerServe.Host.Demo;
using BrokerServe.Host.Pictures;
using BrokerServe.Transport;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve demo</c>: the whole of it in one process.</summary>
internal static class DemoCommand
{
    private const string About = "Runs everything in one process and shows that every call ends once.";

    private const string Details = """
        A router, replicas of two backends that share the traffic of the endpoint 'greet' 0.9 to 0.1, a third backend that gets copies of
        a fifth of it, and callers. Needs nothing but this program; with --broker the messages travel over RabbitMQ.

          brokerserve demo
          brokerserve demo --broker amqp://localhost --duration 30s --concurrency 256 --json

        The summary goes to standard output, what happens until then to standard error: in a terminal as a table that is drawn anew four
        times a second, without colours where NO_COLOR is set; as a line each second with --json, and where TERM is dumb, CI is set, or
        there is no terminal. Ctrl-C ends it early, with its summary.
        """;

    // Beside a real system at the same broker, not among its queues.
    private const string DemoPrefix = "brokerserve-demo";

    public static Command Create()
    {
        var duration = Ranges.Time("--duration", TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(30), 10, "How long to call.");
        var concurrency = Ranges.Count("--concurrency", 1, 100_000, 64, "Callers, and so the most calls under way.");
        var json = new Option<bool>("--json") { Description = "The summary as one JSON object." };
        var command = new DetailedCommand("demo", About, Details) { duration, concurrency, json };
        var broker = BrokerOptions.AddOptionalTo(command);
        command.SetAction((parsed, _) => RunAsync(
            broker.NamesBroker(parsed) ? broker.Open(parsed) : new InMemoryBroker(),
            new DemoSettings(
                parsed.GetValue(duration).Time,
                parsed.GetValue(concurrency),
                broker.SaysPrefix(parsed) ? broker.PrefixOf(parsed) : DemoPrefix),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    /// <summary>Runs the demo; returns what the process exits with.</summary>
    internal static async Task<int> RunAsync(IBroker broker, DemoSettings settings, bool json, TextWriter output, TextWriter error)
    {
        var view = PictureViews.Choose(error, json, Surroundings.Of(error));
        using var interruption = new Interruption(view.Dispose);
        await using (broker)
        {
            try
            {
                DemoSummary summary;
                using (view)
                {
                    summary = await new DemoRun(settings, view).RunAsync(broker, interruption.Token);
                }

                await output.WriteAsync(json ? summary.ToJson() + Environment.NewLine : summary.ToText());
                return summary.EveryCallEndedOnce && summary.Totals.Failures == 0 ? ExitCodes.Ok : ExitCodes.Failed;
            }
            catch (BrokerException failure)
            {
                await error.WriteLineAsync($"unavailable: {failure.Message}");
                return ExitCodes.Failed;
            }
            catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
            {
                await error.WriteLineAsync("cancelled: The demo was given up before it began.");
                return ExitCodes.Failed;
            }
        }
    }
}
