using System.CommandLine;
using BrokerServe.Host.Pictures;
using BrokerServe.Host.Status;
using BrokerServe.Protocol;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve status</c>: what is there, and what is wrong.</summary>
internal static class StatusCommand
{
    private const string About = "Shows what is there, routers, endpoints, backends and replicas, and what is wrong.";

    private const string Details = """
        Listens to what routers report and replicas announce, for two or three seconds; nothing is changed.

          brokerserve status
          brokerserve status --json

        Rates and latencies are of the seconds in which it listened, counts since the routers started. A router that was started with --http
        says the same at /status. Exits with 1 when calls wait or fail now: no router, a backend of the traffic without replicas, an endpoint
        that nobody consumes.
        """;

    public static Command Create()
    {
        var wait = Ranges.Time("--wait", TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1), 4, "How long to listen when some router says nothing.");
        var json = new Option<bool>("--json") { Description = "The result as one JSON object." };
        var command = new DetailedCommand("status", About, Details) { wait, json };
        var broker = BrokerOptions.AddTo(command);
        command.SetAction((parsed, _) => StatusRun.RunAsync(
            broker.Open(parsed),
            new ObjectNames(broker.PrefixOf(parsed)),
            parsed.GetValue(wait).Time,
            parsed.GetValue(json),
            Surroundings.WidthOf(parsed.InvocationConfiguration.Output),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }
}
