using System.Globalization;
using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Running;
using BrokerServe.Bench.Scaling;
using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench;

/// <summary>Runs the parts that were asked for, one after the other.</summary>
internal sealed class Bench(Settings settings, Binaries binaries, TextWriter progress)
{
    public const string ResultFile = "results.json";

    /// <summary>Runs them; what was found is in the folder's result file after each step.</summary>
    /// <exception cref="BenchException">Something that all need is missing.</exception>
    public async Task<ResultSet> RunAsync(string command, CancellationToken stopping)
    {
        Directory.CreateDirectory(settings.Folder);
        var scratch = Directory.CreateTempSubdirectory("bench-").FullName;
        try
        {
            return await RunAsync(command, scratch, stopping);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private async Task<ResultSet> RunAsync(string command, string scratch, CancellationToken stopping)
    {
        var plan = settings.Plan;
        await using var broker = settings.Parts.Any(NeedsBroker) ? await FindBrokerAsync(scratch) : null;
        var results = new ResultSet
        {
            Machine = Machine.Here(broker?.Version ?? ""),
            Command = command,
            Seconds = plan.Duration.TotalSeconds,
            FirstRunSeconds = plan.FirstRun.TotalSeconds,
            WarmUpSeconds = plan.WarmUp.TotalSeconds,
        };

        // Short names: the path of a socket in the file system has at most 108 bytes.
        var withBroker = new Session(binaries, broker, results, Save, Path.Combine(scratch, "b"), progress);
        var without = new Session(binaries, null, results, Save, Path.Combine(scratch, "m"), progress);
        try
        {
            foreach (var part in Parts.All.Where(settings.Parts.Contains))
            {
                await RunPartAsync(part);
                Save();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            results.Failures.Add("It was interrupted: what was measured until then is all there is.");
        }

        Save();
        return results;

        void Save() => results.Save(Path.Combine(settings.Folder, ResultFile));

        async Task RunPartAsync(string part)
        {
            switch (part)
            {
                case Parts.Dispatcher:
                    await progress.WriteLineAsync("The dispatcher beside a channel ...");
                    results.Ratios.AddRange(await DispatcherRun.RunAsync(binaries, scratch, stopping));
                    break;
                case Parts.Memory:
                    string[] both = [.. SubjectCatalog.InMemory.Select(subject => subject.Key)];
                    foreach (var guarantee in Enum.GetValues<Guarantee>())
                    {
                        var block = new Block(guarantee, QueueType.Classic, [.. Plans.Product([64], settings.MemoryOutstanding, both)]);
                        await without.RunBlockAsync(part, 0, block, plan, SubjectCatalog.Of, stopping);
                    }

                    break;
                case Parts.Matrix:
                    await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{plan.Runs} runs, about {plan.Estimate.TotalMinutes:0} minutes ..."));
                    foreach (var block in plan.Blocks)
                    {
                        await withBroker.RunBlockAsync(part, 0, block, plan, SubjectOf, stopping);
                    }

                    break;
                case Parts.Scale:
                    foreach (var curve in ScaleCurves.All.Where(curve => settings.Curves.Contains(curve.Name)))
                    {
                        await new ScaleRun(withBroker).RunAsync(curve, plan, stopping);
                    }

                    break;
                case Parts.Idle:
                    await progress.WriteLineAsync("Processes with nothing to do ...");
                    results.Idle.AddRange(await IdleRun.RunAsync(binaries, broker!, scratch, settings.IdleTime, stopping));
                    break;
            }
        }
    }

    private Subject SubjectOf(string key) =>
        settings.Variants.FirstOrDefault(variant => variant.Key == key) is { } variant ? ServeSubjects.Varied(variant) : SubjectCatalog.Of(key);

    private static bool NeedsBroker(string part) => part is Parts.Matrix or Parts.Scale or Parts.Idle;

    private async Task<IBroker> FindBrokerAsync(string scratch)
    {
        if (settings.BrokerUri is { } uri)
        {
            return await GivenBroker.FindAsync(uri, settings.BrokerMetrics, settings.BrokerProcess);
        }

        await progress.WriteLineAsync("Starting a private RabbitMQ ...");
        return await PrivateBroker.StartAsync(binaries.BrokerScript, Path.Combine(scratch, "broker"));
    }
}
