using BrokerServe.Host.Conformance.Producer.Checks;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Producer;

/// <summary>Checks the producers of one endpoint: answers their requests, each in another way, and judges what came.</summary>
/// <param name="settings">What was asked for.</param>
/// <param name="report">Where findings go.</param>
/// <param name="progress">What people are told while it runs.</param>
internal sealed class ProducerRun(ProducerSettings settings, Report report, TextWriter progress)
{
    /// <summary>After its time a request is answered so much later, so that its producer has surely given it up.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(500);

    private readonly AnswerWriter _answers = new(settings.Reply);
    private readonly Script _script = new();
    private readonly Journal<Played> _played = new();
    private readonly List<Task> _late = [];

    /// <summary>All checks, in their order.</summary>
    public static IReadOnlyList<ProducerCheck> Checks { get; } =
        [.. RequestChecks.All, .. TimeChecks.All, .. HeaderChecks.All, .. FrameChecks.All, .. ReactionChecks.All];

    /// <summary>Runs until enough has come, nothing more comes, or <paramref name="interrupted"/>; then judges.</summary>
    /// <exception cref="UsageException">Somebody else plays the router.</exception>
    /// <exception cref="BrokerException">The broker cannot be reached, or refuses.</exception>
    public async Task RunAsync(IBroker broker, CancellationToken interrupted)
    {
        if (!Names.IsValid(settings.Endpoint))
        {
            throw new UsageException($"'{settings.Endpoint}' is no name of an endpoint.");
        }

        await using var kit = await ProducerKit.OpenAsync(broker, ConformanceRun.NamesOf(settings.Prefix), settings.Endpoint, interrupted);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(interrupted, kit.Rivalled);
        await progress.WriteLineAsync(
            $"Waiting for requests to '{settings.Endpoint}' under the prefix '{settings.Prefix}', at {broker.DisplayName} ...");
        try
        {
            await AnswerAllAsync(kit, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What came until then is judged.
        }

        await Task.WhenAll(_late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (kit.Rivalled.IsCancellationRequested)
        {
            await progress.WriteLineAsync("A router came under the same prefix and takes requests, too. The run ends here.");
        }

        var log = await LogAsync(kit);
        var connections = log.Arrivals.Select(arrival => arrival.Message.Properties.ReplyTo).Distinct(StringComparer.Ordinal).Count();
        var subject = $"requests: {log.Requests.Count}, messages: {log.Arrivals.Count}, reply queues: {connections}";
        report.Begin($"The producers of endpoint '{settings.Endpoint}', at {broker.DisplayName}: {subject}");
        await new CheckRunner<ProducerLog>(log, report.Add, () => "").RunAsync(Checks, _ => Task.FromResult<string?>(null), CancellationToken.None);
        report.End("producer", settings.Endpoint, log.Arrivals.Count == 0 ? null : subject);
    }

    private async Task AnswerAllAsync(ProducerKit kit, CancellationToken stopping)
    {
        // Of a producer whom nobody can answer, none of its requests will do more than the first ones.
        var requests = 0;
        for (var next = 0; requests < settings.Requests || !(_script.IsDone || _played.Count == 0); next++)
        {
            if (await kit.Arrivals.WaitAsync(next, _ => true, settings.Timeout, stopping) is null)
            {
                return;
            }

            var arrival = kit.Arrivals.From(next)[0];
            requests += arrival.Requests.Count;
            await AnswerAsync(kit, arrival, stopping);
        }

        // Late answers are on their way, and what comes after them is to be seen.
        await Task.WhenAll(_late);
        if (Array.Exists(_played.From(), played => played.Ending == Ending.Late && kit.Arrivals.Count == played.Position))
        {
            await kit.Arrivals.WaitAsync(kit.Arrivals.Count, _ => true, settings.Timeout, stopping);
        }
    }

    private async Task AnswerAsync(ProducerKit kit, Arrival arrival, CancellationToken stopping)
    {
        var replyTo = arrival.Message.Properties.ReplyTo;
        if (string.IsNullOrEmpty(replyTo) || !RequestChecks.IsReturnAddress(replyTo, kit.Stand.Names))
        {
            return; // Nobody waits, or nobody may be told.
        }

        var together = new List<(ReceivedRequest Request, Ending Ending)>();
        var alone = new List<(ReceivedRequest Request, Ending Ending)>();
        foreach (var request in arrival.Requests.Where(request => !string.IsNullOrEmpty(request.CorrelationId)))
        {
            var ending = _script.Next(request);
            if (ending == Ending.Late)
            {
                _late.Add(AnswerLateAsync(kit, request, stopping));
                continue;
            }

            (arrival.IsFrame ? together : alone).Add((request, ending));
            if (ending == Ending.Twice)
            {
                alone.Add((request, ending));
            }
        }

        // Written down first: what comes after the answers is known to come after them.
        foreach (var (request, ending) in together.Concat(alone).Distinct())
        {
            _played.Add(new Played(ending, request, kit.Arrivals.Count));
        }

        if (together.Count > 0)
        {
            await kit.Stand.PublishAsync(_answers.Together(replyTo, together), stopping);
        }

        foreach (var (request, ending) in alone)
        {
            await kit.Stand.PublishAsync(_answers.Alone(request, ending), stopping);
        }
    }

    private async Task AnswerLateAsync(ProducerKit kit, ReceivedRequest request, CancellationToken stopping)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(0, request.TimeLeftMs!.Value)) + Lateness, stopping);
        _played.Add(new Played(Ending.Late, request, kit.Arrivals.Count));
        await kit.Stand.PublishAsync(_answers.Alone(request, Ending.Ok), stopping);
    }

    private async Task<ProducerLog> LogAsync(ProducerKit kit)
    {
        var played = _played.From();
        var gone = kit.Stand.Returned.From().ToHashSet(StringComparer.Ordinal);
        foreach (var queue in played.Select(one => one.Request.ReplyTo!).Distinct(StringComparer.Ordinal))
        {
            if (queue.StartsWith(kit.Stand.Names.ClientReplyPrefix, StringComparison.Ordinal)
                && !(await kit.Stand.LookAtAsync(queue, CancellationToken.None)).Exists)
            {
                gone.Add(queue);
            }
        }

        return new ProducerLog(settings, kit.Arrivals.From(), kit.Cancels.From(), kit.Misrouted.From(), played, gone);
    }
}
