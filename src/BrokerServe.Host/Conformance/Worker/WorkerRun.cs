using BrokerServe.Host.Conformance.Worker.Checks;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Worker;

/// <summary>Checks one worker: waits for it, runs what concerns its kind, and says good-bye.</summary>
/// <param name="settings">What was asked for.</param>
/// <param name="report">Where findings go.</param>
/// <param name="progress">What people are told while it runs.</param>
internal sealed class WorkerRun(WorkerSettings settings, Report report, TextWriter progress)
{
    private const string Kit = "worker";

    /// <summary>Nothing tells when a queue is declared.</summary>
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>All checks, in their order: what others need first, what judges the whole run last.</summary>
    public static IReadOnlyList<WorkerCheck> Checks { get; } =
    [
        .. AnnouncementChecks.First,
        .. AnswerChecks.First,
        .. ErrorChecks.First,
        .. LimitChecks.All,
        .. DeadlineChecks.All,
        .. ToleranceChecks.All,
        .. CancelChecks.All,
        .. SyncChecks.All,
        .. AnnouncementChecks.Last,
        .. ErrorChecks.Last,
        .. AnswerChecks.Last,
    ];

    /// <summary>Runs until everything was checked or <paramref name="interrupted"/>.</summary>
    /// <exception cref="UsageException">Somebody else plays the router.</exception>
    /// <exception cref="BrokerException">The broker cannot be reached, or refuses.</exception>
    public async Task RunAsync(IBroker broker, CancellationToken interrupted)
    {
        await using var kit = await WorkerKit.OpenAsync(broker, ConformanceRun.NamesOf(settings.Prefix), interrupted);
        kit.HoldsFences = settings.ExpectsDrain;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(interrupted, kit.Rivalled);
        await progress.WriteLineAsync(
            $"Waiting for a replica of '{settings.Target}' under the prefix '{settings.Prefix}', or a queue of that name, at {broker.DisplayName} ...");
        if (await FindAsync(kit, stopping.Token) is not { } subject)
        {
            ReportNobody(kit);
            return;
        }

        report.Begin($"{char.ToUpperInvariant(subject.ToString()[0])}{subject.ToString()[1..]}, at {broker.DisplayName}");
        await using var stage = new WorkerStage(kit, settings, subject, progress);
        var runner = new CheckRunner<WorkerStage>(stage, report.Add, () => WhyStopped(kit));
        await runner.RunAsync(Concerning(Checks, subject), stage.ReadyAsync, stopping.Token);
        await runner.RunAsync(Concerning(DrainChecks.All, subject), _ => Task.FromResult<string?>(null), stopping.Token);
        report.End(Kit, settings.Target, subject.ToString());
    }

    private static IEnumerable<WorkerCheck> Concerning(IEnumerable<WorkerCheck> checks, Subject subject) =>
        checks.Where(check => (check.Concerns & subject.Kind) != 0);

    private static string WhyStopped(WorkerKit kit) =>
        kit.Rivalled.IsCancellationRequested ? "A router came under the same prefix; its queries and the kit's would mix." : "The run was interrupted.";

    private async Task<Subject?> FindAsync(WorkerKit kit, CancellationToken stopping)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < settings.Timeout)
        {
            var heard = await kit.Roster.WaitAsync(
                0,
                one => one.Announcement is { Kind: AnnouncementKind.Join or AnnouncementKind.Heartbeat } said && said.Backend == settings.Target,
                LookPeriod,
                stopping);
            if (heard is not null)
            {
                return Subject.Of(heard.Announcement!);
            }

            if ((await kit.Stand.LookAtAsync(settings.Target, stopping)).Exists)
            {
                return new Subject(SubjectKinds.Static, settings.Target, null);
            }
        }

        return null;
    }

    private void ReportNobody(WorkerKit kit)
    {
        var faults = AnnouncementChecks.FaultsOfUnreadable(kit, settings.Target).Distinct(StringComparer.Ordinal).ToArray();
        var others = kit.Roster.From().Select(heard => heard.Announcement?.Backend).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        var seen = faults.Length > 0 ? $"Announcements came that no router can read: {string.Join(' ', faults)}"
            : $"Within {new Duration(settings.Timeout)} no replica of '{settings.Target}' announced itself under the prefix '{settings.Prefix}', "
            + "and no queue had that name."
            + (others.Length > 0 ? $" Others did: {string.Join(", ", others)}." : "");
        foreach (var check in Concerning(Checks.Concat(DrainChecks.All), new Subject(SubjectKinds.Plain, "", null)))
        {
            var isFirst = check.Name == AnnouncementChecks.Announcement;
            report.Add(new Finding(check, isFirst ? Outcome.Fail(seen) : Outcome.NotObserved("There is no replica to ask.")));
        }

        report.End(Kit, settings.Target, null);
    }
}
