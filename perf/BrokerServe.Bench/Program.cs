using System.Globalization;
using BrokerServe.Bench;
using BrokerServe.Bench.Reporting;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Subjects;

try
{
    return await BenchCommand.Create(RunAsync, WriteDocuments).Parse(args).InvokeAsync(new()
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromMinutes(2), // A thousand replicas take a while to drain.
    });
}
catch (BenchException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

async Task<int> RunAsync(Settings settings, CancellationToken stopping)
{
    var binaries = Binaries.Above(AppContext.BaseDirectory) with { Before = settings.Before is { } other ? new Binaries(Path.GetFullPath(other)) : null };
    var folder = settings.Folder.Length > 0
        ? Path.GetFullPath(settings.Folder)
        : Path.Combine(binaries.Root, "perf/results", DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
    var results = await new Bench(settings with { Folder = folder }, binaries, Console.Error).RunAsync(TypedCommand.Of(args), stopping);

    var (text, charts) = Report.Of(results);
    File.WriteAllText(Path.Combine(folder, "report.md"), text);
    Documents.WriteCharts(Path.Combine(folder, "charts"), charts);
    Console.WriteLine(text);
    Console.WriteLine($"{folder}: {Bench.ResultFile}, report.md, charts");
    return results.Failures.Count == 0 ? 0 : 1;
}

int WriteDocuments(IReadOnlyList<string> files)
{
    var root = Binaries.Above(AppContext.BaseDirectory).Root;
    var chosen = files.Count > 0 ? files : [Newest(Path.Combine(root, "perf/results"))];
    Documents.Write(root, chosen.Select(ResultSet.Load).Aggregate((earlier, later) => earlier.With(later)));
    Console.WriteLine("Written: README.md, perf/README.md, perf/charts");
    return 0;
}

// The folders are called for their time.
string Newest(string results) =>
    (Directory.Exists(results) ? Directory.GetDirectories(results) : [])
        .Order(StringComparer.Ordinal)
        .Select(folder => Path.Combine(folder, Bench.ResultFile))
        .LastOrDefault(File.Exists)
    ?? throw new BenchException($"There are no results in {results}: run perf/run.sh first.");
