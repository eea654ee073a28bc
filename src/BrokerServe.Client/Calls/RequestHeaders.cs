using System.Diagnostics;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Client.Calls;

/// <summary>Builds the headers of a request.</summary>
internal static class RequestHeaders
{
    // Deadline, priority, shard key, frames, traceparent, tracestate.
    private const int Fixed = 6;

    [ThreadStatic]
    private static KeyValuePair<string, HeaderValue>[]? _ofThread;

    /// <summary>The headers, or null when there are none.</summary>
    /// <param name="options">What the caller asked for.</param>
    /// <param name="deadlineUnixMs">When the caller stops waiting; null: the request has no deadline.</param>
    /// <param name="asksForFrames">The answer is to say whether the endpoint takes request frames.</param>
    /// <param name="activity">The span that the request belongs to.</param>
    public static HeaderTable? Of(InvokeOptions options, long? deadlineUnixMs, bool asksForFrames, Activity? activity)
    {
        var most = Fixed + (options.Metadata?.Count ?? 0);
        if (_ofThread is null || _ofThread.Length < most)
        {
            _ofThread = new KeyValuePair<string, HeaderValue>[most];
        }

        var entries = _ofThread;
        var count = 0;
        if (deadlineUnixMs is { } deadline)
        {
            entries[count++] = new(HeaderNames.Deadline, deadline);
        }

        if (options.Priority != 0)
        {
            entries[count++] = new(HeaderNames.Priority, options.Priority);
        }

        if (options.ShardKey is { } key)
        {
            entries[count++] = new(HeaderNames.ShardKey, key);
        }

        if (asksForFrames)
        {
            entries[count++] = new(HeaderNames.Frames, true);
        }

        count = AddTrace(entries, count, activity);
        count = AddMetadata(entries, count, options.Metadata);
        return count == 0 ? null : HeaderTable.Create(entries.AsSpan(0, count));
    }

    private static int AddTrace(KeyValuePair<string, HeaderValue>[] entries, int count, Activity? activity)
    {
        if (activity is not { IdFormat: ActivityIdFormat.W3C, Id: { } traceParent })
        {
            return count;
        }

        entries[count++] = new(HeaderNames.TraceParent, traceParent);
        if (activity.TraceStateString is { Length: > 0 } traceState)
        {
            entries[count++] = new(HeaderNames.TraceState, traceState);
        }

        return count;
    }

    private static int AddMetadata(KeyValuePair<string, HeaderValue>[] entries, int count, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is not null)
        {
            foreach (var (name, value) in metadata)
            {
                entries[count++] = new(HeaderNames.MetadataPrefix + name, value);
            }
        }

        return count;
    }
}
