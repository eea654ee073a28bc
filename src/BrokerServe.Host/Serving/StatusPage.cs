using BrokerServe.Host.Status;
using BrokerServe.Host.Watching;
using BrokerServe.Protocol.Reports;

namespace BrokerServe.Host.Serving;

/// <summary><c>/status</c>: what all routers together report, by whichever is asked; the JSON of <c>brokerserve status --json</c>.</summary>
/// <remarks>A router knows reports alone: what waits at the broker, and replicas that no router knows, are for the command.</remarks>
internal static class StatusPage
{
    public static void Map(WebApplication app)
    {
        if (app.Services.GetService<ReportBoard>() is { } board)
        {
            app.MapGet("/status", () => Results.Text(Say(board.Read()), "application/json"));
        }
    }

    private static string Say(SystemView view) =>
        new StatusReport(new Sighting(view, [], [], []), [], ProblemFinder.Find(view)).ToJson(prefix: null);
}
