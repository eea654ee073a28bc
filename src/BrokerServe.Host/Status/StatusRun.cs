using BrokerServe.Host.Watching;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Status;

/// <summary>Looks at a system for a moment, and says what is there and what is wrong.</summary>
internal static class StatusRun
{
    // Heartbeats come every second: what has not said a word in so long is not there, or its lease is longer than most.
    private static readonly TimeSpan LeastLook = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>Looks; returns what the process exits with.</summary>
    public static async Task<int> RunAsync(
        IBroker broker, ObjectNames names, TimeSpan patience, bool json, int width, TextWriter output, TextWriter error)
    {
        using var interruption = new Interruption();
        try
        {
            var report = await LookAsync(broker, names, patience, interruption.Token);
            await output.WriteAsync(json ? report.ToJson(names.Prefix) + Environment.NewLine : report.ToText(width));
            return report.HasFailed ? ExitCodes.Failed : ExitCodes.Ok;
        }
        catch (BrokerException failure)
        {
            await error.WriteLineAsync(failure.Message);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            await error.WriteLineAsync("cancelled: Nothing was seen yet.");
            return ExitCodes.Failed;
        }
    }

    /// <summary>Looks on until every router has reported twice, or for so long at most.</summary>
    public static async Task<StatusReport> LookAsync(IBroker broker, ObjectNames names, TimeSpan patience, CancellationToken cancellation)
    {
        await using var connection = await broker.ConnectAsync("status", cancellation);
        var watch = new SystemWatch(names, TimeProvider.System);
        var began = TimeProvider.System.GetTimestamp();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var listening = watch.ListenAsync(connection, static () => { }, enough.Token);
        while (!listening.IsCompleted && !IsEnough(watch.Look(), TimeProvider.System.GetElapsedTime(began), patience))
        {
            await Task.Delay(Step, cancellation);
        }

        var seen = watch.Look();
        await enough.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (listening.IsFaulted)
        {
            await listening;
        }

        var queues = new List<EndpointQueue>();
        foreach (var endpoint in seen.System.Endpoints)
        {
            var info = await connection.InspectQueueAsync(names.EndpointQueue(endpoint.Endpoint), cancellation);
            queues.Add(new EndpointQueue(endpoint.Endpoint, info?.Ready, info?.Consumers ?? 0));
        }

        return new StatusReport(seen, queues, ProblemFinder.Find(seen, queues));
    }

    private static bool IsEnough(Sighting seen, TimeSpan elapsed, TimeSpan patience) =>
        elapsed >= patience || (elapsed >= LeastLook && seen.IsComplete) || seen.MissingExchanges.Count > 0;
}
