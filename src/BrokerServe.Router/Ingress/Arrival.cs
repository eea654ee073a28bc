using BrokerServe.Transport;

namespace BrokerServe.Router.Ingress;

/// <summary>One request as it arrived, alone in its message or in a frame. Lent: texts are UTF-8, an empty one was not said.</summary>
internal readonly ref struct Arrival
{
    /// <summary>Where its reply goes; null or empty: nowhere.</summary>
    public string? ReplyTo { get; init; }

    public ReadOnlySpan<byte> CorrelationId { get; init; }

    public ReadOnlySpan<byte> MessageId { get; init; }

    /// <summary>The correlation id as the transport's string; null in a frame.</summary>
    public string? CorrelationText { get; init; }

    /// <summary>The message id as the transport's string; null in a frame.</summary>
    public string? MessageText { get; init; }

    public ReadOnlySpan<byte> AppId { get; init; }

    public ReadOnlySpan<byte> Method { get; init; }

    public ReadOnlySpan<byte> ContentType { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    public long? ExpirationMs { get; init; }

    /// <summary>Its message was delivered before.</summary>
    public bool Redelivered { get; init; }

    /// <summary>What its headers take where they stand.</summary>
    public int HeaderBytes { get; init; }

    /// <summary>The headers of a message; null in a frame.</summary>
    public HeaderTable? Table { get; init; }

    /// <summary>The headers of a frame's member, still encoded; empty for a message.</summary>
    public ReadOnlySpan<byte> Headers { get; init; }
}
