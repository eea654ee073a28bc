using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Reports;

/// <summary>What several rows of a report are made of: counts, counts by name, counts by bucket.</summary>
internal static class ReportNumbers
{
    /// <summary>Longer names are no name of a backend, and no code.</summary>
    private const int MaxNameBytes = Names.MaxLength;

    /// <summary>Reads a whole number of 0 or more.</summary>
    public static bool TryReadCount(scoped ref PackReader reader, out long count) => reader.TryReadInt64(out count) && count >= 0;

    /// <summary>No more bytes than this are written for a map of counts.</summary>
    public static int MaxBytes(IReadOnlyList<KeyValuePair<string, long>> counts)
    {
        var room = PackWriter.MaxHeaderBytes;
        foreach (var (name, _) in counts)
        {
            room += PackWriter.MaxTextBytes(name) + PackWriter.MaxIntegerBytes;
        }

        return room;
    }

    /// <summary>No more bytes than this are written for times.</summary>
    public static int MaxBytes(IReadOnlyList<LatencyCount> times) => PackWriter.MaxHeaderBytes + (2 * PackWriter.MaxIntegerBytes * times.Count);

    public static void Write(scoped ref PackWriter writer, IReadOnlyList<KeyValuePair<string, long>> counts)
    {
        writer.WriteMapHeader(counts.Count);
        foreach (var (name, count) in counts)
        {
            writer.WriteText(name);
            writer.WriteNatural(count);
        }
    }

    public static void Write(scoped ref PackWriter writer, IReadOnlyList<LatencyCount> times)
    {
        writer.WriteArrayHeader(2 * times.Count);
        foreach (var (bucket, count) in times)
        {
            writer.WriteNatural(bucket);
            writer.WriteNatural(count);
        }
    }

    /// <summary>Reads a map of counts; the list grows with what is really there.</summary>
    public static bool TryRead(scoped ref PackReader reader, out List<KeyValuePair<string, long>>? counts)
    {
        counts = null;
        if (!reader.TryReadMapHeader(out var pairs))
        {
            return false;
        }

        var read = new List<KeyValuePair<string, long>>();
        for (; pairs > 0; pairs--)
        {
            if (!reader.TryReadText(out var name) || name.Length is 0 or > MaxNameBytes || !TryReadCount(ref reader, out var count))
            {
                return false;
            }

            read.Add(new(System.Text.Encoding.UTF8.GetString(name), count));
        }

        counts = read;
        return true;
    }

    /// <summary>Reads times. Looks at all of them before it makes room for any.</summary>
    public static bool TryRead(scoped ref PackReader reader, out LatencyCount[]? times)
    {
        times = null;
        if (!reader.TryReadArrayHeader(out var numbers) || numbers % 2 != 0)
        {
            return false;
        }

        var probe = reader;
        for (var i = 0; i < numbers; i++)
        {
            if (!TryReadCount(ref probe, out _))
            {
                return false;
            }
        }

        var read = new LatencyCount[numbers / 2];
        for (var i = 0; i < read.Length; i++)
        {
            TryReadCount(ref reader, out var bucket);
            TryReadCount(ref reader, out var count);

            // A later version may have more buckets than this one; what is in them took long.
            read[i] = new LatencyCount((int)Math.Min(bucket, LatencyBuckets.Count - 1), count);
        }

        times = read;
        return true;
    }
}
