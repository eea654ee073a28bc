using System.CommandLine;
using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Scaling;
using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench;

/// <summary>The command line.</summary>
internal static class BenchCommand
{
    private const string About = """
        Measures BrokerServe beside code written by hand and beside a peer, in rounds that take turns, and says what of its goals it reaches.

        Without options: the whole matrix, the scale curves, in memory, the dispatcher, idle cost; some hours. With any of --subjects,
        --guarantees, --queues, --sizes, --outstanding, --beside the matrix is every combination of them, and no other part runs unless --parts
        says so.
        Results are written as JSON, Markdown and SVG.
        """;

    public static RootCommand Create(Func<Settings, CancellationToken, Task<int>> run, Func<IReadOnlyList<string>, int> report)
    {
        var quick = new Option<bool>("--quick") { Description = "Three minutes: at least once, with 1,024 requests outstanding and with one." };
        var scale = new Option<bool>("--scale") { Description = "The scale curves, the dispatcher and the idle cost alone." };
        var parts = Kinds.Words("--parts", "What to run", Parts.All);
        var subjects = Kinds.Words("--subjects", "Who runs in the matrix", [.. SubjectCatalog.OverBroker.Concat(SubjectCatalog.OnRequest).Select(subject => subject.Key)]);
        var guarantees = Kinds.Words("--guarantees", "Under which promise", ["at-most-once", "at-least-once"]);
        var queues = Kinds.Words("--queues", "In which queues requests wait", ["classic", "quorum"]);
        var curves = Kinds.Words("--curves", "Which scale curves", [.. ScaleCurves.All.Select(curve => curve.Name)]);
        var sizes = Kinds.Numbers("--sizes", "Body bytes, such as 64,1024", 16 * 1024 * 1024);
        var outstanding = Kinds.Numbers("--outstanding", "Requests under way, such as 1,256", 65_536);
        var half = new Option<bool>("--half") { Description = "An open loop at half of its saturation behind each run of a chosen matrix." };
        var rounds = Kinds.Number<int>("--rounds", "Rounds; below 6 there is no 95 % interval. Default 9, with --quick 6.", 1, 1_000);
        var seconds = Kinds.Number<double>("--seconds", "Seconds of each run that are measured. Default 3, with --quick 1.5.", 0.1, 3_600);
        var warmUp = Kinds.Number<double>("--warmup", "Seconds of each run before that. Default 1, with --quick 0.8.", 0, 3_600);
        var first = Kinds.Number<double>("--first", "Seconds that each subject runs for nothing at first: it is compiled meanwhile; in each block. Default 15, with --quick 8.", 0, 3_600);
        var idle = Kinds.Number<double>("--idle-seconds", "How long idle processes are looked at. Default 60.", 1, 3_600);
        var broker = new Option<string?>("--broker") { Description = "A RabbitMQ that runs already, not one that is started for this run.", HelpName = "URI" };
        var metrics = Kinds.Address("--broker-metrics", "Where it shows its metrics: http://HOST:15692/metrics");
        var process = new Option<string?>("--broker-process") { Description = "What its process is called, if it runs on this machine: beam.smp", HelpName = "NAME" };
        var before = new Option<string?>("--before")
        {
            Description = "Another checkout, whose loads know --runs-from: the subjects whose names end in -before are its own.", HelpName = "DIR",
        };
        var beside = Kinds.Variants("--beside");
        var output = new Option<string?>("--out") { Description = "Folder of the results. Default perf/results and the time.", HelpName = "DIR" };
        var reported = new Option<string[]>("--report")
        {
            Description = "Runs nothing: puts the tables and charts of result files into the documents. Of several the later counts; default: the newest.",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new RootCommand(About)
        {
            quick, scale, parts, subjects, guarantees, queues, curves, sizes, outstanding, half, rounds, seconds, warmUp, first, idle, broker, metrics, process, before, beside, output, reported,
        };
        command.SetAction((parsed, stopping) =>
        {
            if (parsed.GetResult(reported) is not null)
            {
                return Task.FromResult(report(parsed.GetValue(reported) ?? []));
            }

            var variants = parsed.GetValue(beside) ?? [];
            var chosen = new Choice(
                parsed.GetValue(subjects), parsed.GetValue(guarantees), parsed.GetValue(queues), parsed.GetValue(sizes), parsed.GetValue(outstanding), parsed.GetValue(half), variants);
            var plan = parsed.GetValue(quick) ? Plans.Quick : Plans.Full;
            plan = new Plan(
                chosen.IsAny ? chosen.Blocks() : plan.Blocks,
                parsed.GetValue(rounds) ?? plan.Rounds,
                TimeSpan.FromSeconds(parsed.GetValue(first) ?? plan.FirstRun.TotalSeconds),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp) ?? plan.WarmUp.TotalSeconds),
                TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? plan.Duration.TotalSeconds));
            var settings = new Settings
            {
                Plan = plan,
                Parts = parsed.GetValue(parts) is { Length: > 0 } named ? named
                    : parsed.GetValue(scale) ? [Parts.Dispatcher, Parts.Scale, Parts.Idle]
                    : parsed.GetValue(quick) || chosen.IsAny ? [Parts.Matrix]
                    : Parts.All,
                MemoryOutstanding = parsed.GetValue(outstanding) is { Length: > 0 } numbers ? numbers : Plans.AllOutstanding,
                Curves = parsed.GetValue(curves) is { Length: > 0 } some ? some : [.. ScaleCurves.All.Select(curve => curve.Name)],
                IdleTime = TimeSpan.FromSeconds(parsed.GetValue(idle) ?? 60),
                BrokerUri = parsed.GetValue(broker),
                BrokerMetrics = parsed.GetValue(metrics),
                BrokerProcess = parsed.GetValue(process),
                Before = parsed.GetValue(before),
                Variants = [.. variants.Select(variant => variant with { Checkout = variant.Checkout is { } folder ? Path.GetFullPath(folder) : null })],
                Folder = parsed.GetValue(output) ?? "",
            };
            return run(settings, stopping);
        });
        return command;
    }
}
