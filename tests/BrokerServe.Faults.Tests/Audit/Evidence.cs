using System.Diagnostics;
using System.Text.Json;

namespace BrokerServe.Faults.Tests.Audit;

/// <summary>Everything that the producers and the workers have put down, whatever became of them.</summary>
internal sealed class Evidence
{
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web);

    private Evidence(Event[] events, double since)
    {
        var late = events.Where(e => e.E == "call" && e.T < since).Select(e => e.Id).ToHashSet();
        var of = events.Where(e => !late.Contains(e.Id)).ToArray();
        Calls = of.Where(e => e.E == "call").ToDictionary(e => e.Id);
        Ends = of.Where(e => e.E == "end").ToLookup(e => e.Id);
        Begun = of.Where(e => e.E == "run").ToLookup(e => e.Id);
        Ran = of.Where(e => e.E == "ran").ToLookup(e => e.Id);
    }

    /// <summary>What the journals' clock says.</summary>
    public static double Now => Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;

    public Dictionary<long, Event> Calls { get; }

    public ILookup<long, Event> Ends { get; }

    public ILookup<long, Event> Begun { get; }

    public ILookup<long, Event> Ran { get; }

    /// <summary>Calls that had begun and not ended at a moment.</summary>
    public int OutstandingAt(double moment) =>
        Calls.Values.Count(call => call.T <= moment && !Ends[call.Id].Any(end => end.T <= moment));

    /// <summary>Reads the journals of a folder: the calls that were begun since a moment, and what became of them. The last line of one whose process was killed may be half a line: it says nothing.</summary>
    public static Evidence Read(string folder, double since) =>
        new([.. Directory.GetFiles(folder, "*.journal").SelectMany(ReadFile)], since);

    private static IEnumerable<Event> ReadFile(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return JsonSerializer.Deserialize<Event>(line, Names)!;
        }
    }
}
