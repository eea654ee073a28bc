using System.Diagnostics;
using System.Text.Json;

namespace BrokerServe.Faults.Tests.Audit;

/// <summary>Everything that the producers and the workers have put down, whatever became of them.</summary>
internal sealed class Evidence
{
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web);

    private Evidence(Event[] events, IReadOnlySet<long> without)
    {
        var of = events.Where(e => !without.Contains(e.Id)).ToArray();
        Calls = of.Where(e => e.E == "call").ToDictionary(e => e.Id);
        Ends = of.Where(e => e.E == "end").ToLookup(e => e.Id);
        Begun = of.Where(e => e.E == "run").ToLookup(e => e.Id);
        Ran = of.Where(e => e.E == "ran").ToLookup(e => e.Id);
        MostAtOnce = events.Where(e => e.E is "run" or "ran" or "gave").GroupBy(e => e.Replica!).ToDictionary(replica => replica.Key, CountMostAtOnce);
    }

    /// <summary>What the journals' clock says.</summary>
    public static double Now => Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;

    public Dictionary<long, Event> Calls { get; }

    public ILookup<long, Event> Ends { get; }

    public ILookup<long, Event> Begun { get; }

    public ILookup<long, Event> Ran { get; }

    /// <summary>By replica: the most queries that it ran at one time, as it put down itself.</summary>
    public Dictionary<string, int> MostAtOnce { get; }

    /// <summary>Calls that had begun and not ended at a moment.</summary>
    public int OutstandingAt(double moment) =>
        Calls.Values.Count(call => call.T <= moment && !Ends[call.Id].Any(end => end.T <= moment));

    /// <summary>Reads the journals of a folder.</summary>
    /// <remarks>The last line of one whose process was killed may be half a line: it says nothing.</remarks>
    /// <param name="folder">Where they are.</param>
    /// <param name="from">How many bytes of which journal to pass over.</param>
    /// <param name="without">Calls to pass over.</param>
    public static Evidence Read(string folder, IReadOnlyDictionary<string, long> from, IReadOnlySet<long> without) =>
        new([.. Directory.GetFiles(folder, "*.journal").SelectMany(path => ReadFile(path, from.GetValueOrDefault(path)))], without);

    private static int CountMostAtOnce(IEnumerable<Event> ofReplica)
    {
        var (now, most) = (0, 0);
        foreach (var e in ofReplica.OrderBy(e => e.T))
        {
            now += e.E == "run" ? 1 : -1;
            most = Math.Max(most, now);
        }

        return most;
    }

    private static IEnumerable<Event> ReadFile(string path, long from)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = from;
        var bytes = new byte[stream.Length - from];
        stream.ReadExactly(bytes);
        for (int at = 0, length; (length = bytes.AsSpan(at).IndexOf((byte)'\n')) >= 0; at += length + 1)
        {
            yield return JsonSerializer.Deserialize<Event>(bytes.AsSpan(at, length), Names)!;
        }
    }
}
