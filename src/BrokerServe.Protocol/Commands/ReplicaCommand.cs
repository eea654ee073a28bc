using System.Diagnostics.CodeAnalysis;

namespace BrokerServe.Protocol.Commands;

/// <summary>What a router tells a replica through the replica's own queue, in order with its queries: a MessagePack map with a <c>kind</c>.</summary>
/// <param name="Router">The router that speaks.</param>
public abstract record ReplicaCommand(string Router)
{
    /// <summary>The bytes.</summary>
    public byte[] Encode() => throw new NotImplementedException();

    /// <summary>Reads a command; false when it is malformed or of an unknown kind.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ReplicaCommand? command) =>
        throw new NotImplementedException();
}

/// <summary>
/// Discard this router's frames below <paramref name="Incarnation"/>, cancel its queries of epochs below <paramref name="Epoch"/>,
/// send its replies to <paramref name="ReplyKey"/> from now on, and answer with a <see cref="HeldReport"/>.
/// </summary>
/// <param name="Router">The router that speaks.</param>
/// <param name="Incarnation">The lowest incarnation that still counts.</param>
/// <param name="Epoch">The router's epoch.</param>
/// <param name="ReplyKey">Where its replies go.</param>
public sealed record SyncCommand(string Router, uint Incarnation, uint Epoch, string ReplyKey) : ReplicaCommand(Router);

/// <summary>I have sent my last query to you: the answer to a draining announcement.</summary>
/// <param name="Router">The router that speaks.</param>
public sealed record FenceCommand(string Router) : ReplicaCommand(Router);

/// <summary>Nobody waits for these queries any more. Each is still answered, and that returns its credit.</summary>
/// <param name="Router">The router that speaks.</param>
/// <param name="Tickets">The queries.</param>
public sealed record CancelCommand(string Router, IReadOnlyList<Ticket> Tickets) : ReplicaCommand(Router);

/// <summary>The operator's settings for the backend; what is null stays with the worker's own.</summary>
/// <param name="Router">The router that speaks.</param>
public sealed record ConfigureCommand(string Router) : ReplicaCommand(Router)
{
    /// <summary>Queries to run at once; the smaller of this and the worker's own counts.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>Queries in one batch.</summary>
    public int? MaxBatchSize { get; init; }

    /// <summary>How long the first query of a batch waits for others, in milliseconds.</summary>
    public int? BatchWaitTimeoutMs { get; init; }

    /// <summary>For the worker's reconfigure hook; opaque text (JSON by custom).</summary>
    public string? UserConfig { get; init; }
}
