using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Producer;

/// <summary>A request that came, alone or in a frame.</summary>
internal sealed record ReceivedRequest
{
    public string? CorrelationId { get; init; }

    public string? ReplyTo { get; init; }

    public string? Method { get; init; }

    public string? ContentType { get; init; }

    public string? MessageId { get; init; }

    public string? AppId { get; init; }

    public long? ExpirationMs { get; init; }

    public IReadOnlyList<KeyValuePair<string, HeaderValue>> Headers { get; init; } = [];

    /// <summary>What all headers take on the wire.</summary>
    public int HeaderBytes { get; init; }

    public required byte[] Body { get; init; }

    public bool IsFramed { get; init; }

    /// <summary>When it came, by the wall clock.</summary>
    public long AtUnixMs { get; init; }

    /// <summary>The deadline that it says, if it says one that can be read.</summary>
    public long? DeadlineUnixMs => Find(HeaderNames.Deadline) is { Kind: HeaderKind.Integer } said ? said.Integer : null;

    /// <summary>The time that it had left when it came; null when it says nothing of that.</summary>
    public long? TimeLeftMs => (ExpirationMs, DeadlineUnixMs - AtUnixMs) switch
    {
        ({ } expiration, { } left) => Math.Min(expiration, left),
        var (expiration, left) => expiration ?? left,
    };

    /// <summary>It wants to know whether the endpoint takes frames.</summary>
    public bool AsksForFrames => Find(HeaderNames.Frames) is { Kind: HeaderKind.Boolean, Boolean: true };

    /// <summary>Which request it was, for people.</summary>
    public string Name => $"request '{CorrelationId}'";

    /// <summary>A header; null when it has none of that name.</summary>
    public HeaderValue? Find(string name)
    {
        foreach (var (own, value) in Headers)
        {
            if (own == name)
            {
                return value;
            }
        }

        return null;
    }
}
