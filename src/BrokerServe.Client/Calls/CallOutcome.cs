using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Client.Calls;

/// <summary>How one call ended. Whoever receives it owns <see cref="Body"/>.</summary>
internal readonly record struct CallOutcome(ReplyStatus Status)
{
    /// <summary>The reply's payload, or its <see cref="ErrorBody"/>.</summary>
    public PooledBytes Body { get; init; }

    /// <summary>What the body is.</summary>
    public string? ContentType { get; init; }

    /// <summary>The reply's headers.</summary>
    public HeaderTable? Headers { get; init; }

    /// <summary>What to tell people, where this client itself ended the call; null where a reply did.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the call may be made again, where that differs from what the status says.</summary>
    public bool? Retryable { get; init; }

    /// <summary>The caller's own token ended the call.</summary>
    public bool GivenUp { get; init; }

    public static CallOutcome Local(ReplyStatus status, string reason) => new(status) { Reason = reason };
}
