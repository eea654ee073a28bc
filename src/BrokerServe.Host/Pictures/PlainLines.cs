using System.Globalization;
using System.Text;

namespace BrokerServe.Host.Pictures;

/// <summary>A line for each second: for files, pipes, and terminals that can do no more.</summary>
internal sealed class PlainLines(TextWriter writer) : IPictureView
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    // Log lines come from other threads, and not every writer takes two at once.
    private readonly Lock _lock = new();

    public TimeSpan Period { get; } = TimeSpan.FromSeconds(1);

    public void Begin(Picture first) => Note(first.Title);

    public void Show(Picture picture) => Note(LineOf(picture));

    public void End(Picture last)
    {
        // The summary says it all, and better.
    }

    public void Note(string line)
    {
        lock (_lock)
        {
            writer.WriteLine(line);
        }
    }

    public void Dispose()
    {
        // The writer is the caller's.
    }

    internal static string LineOf(Picture picture)
    {
        var line = new StringBuilder();
        line.Append(Invariant, $"{picture.Elapsed.TotalSeconds,4:0} s  {picture.Count,11:N0} {picture.Counted} {picture.PerSecond,9:N0}/s");
        line.Append(Invariant, $"  p50 {picture.Latency.P50:0.00} ms  p99 {picture.Latency.P99:0.00} ms");
        if (picture.Backends.Any(backend => backend.Gauges is not null))
        {
            AppendBackends(line, picture);
        }

        line.Append(Invariant, $"  errors {picture.Errors.Sum(error => error.Value):N0}");
        return line.ToString();
    }

    private static void AppendBackends(StringBuilder line, Picture picture)
    {
        foreach (var backend in picture.Backends)
        {
            line.Append(Invariant, $"  {backend.Name} {backend.Requests:N0}");
        }

        var gauges = picture.Backends.Select(backend => backend.Gauges.GetValueOrDefault()).ToArray();
        line.Append(Invariant, $"  backlog {gauges.Sum(gauge => gauge.Backlog)}  in flight {gauges.Sum(gauge => gauge.InFlight)}");
        line.Append(Invariant, $"  credit {gauges.Sum(gauge => gauge.Credit)}");
    }
}
