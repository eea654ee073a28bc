using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Client.Calls;

/// <summary>What a call sends. Everything but the reply queue and the time left, which the publishing loop adds last.</summary>
/// <param name="Endpoint">The routing key.</param>
/// <param name="Body">The payload.</param>
/// <param name="Method">The handler's method; null for its default.</param>
/// <param name="ContentType">What the payload is.</param>
/// <param name="CorrelationId">The call's name among all clients.</param>
/// <param name="MessageId">The idempotency key.</param>
/// <param name="Priority">0 to 9.</param>
/// <param name="Headers">Deadline, priority, shard key, trace context, metadata.</param>
/// <param name="DeadlineMs">When the caller stops waiting, by the client's clock.</param>
/// <param name="Persistent">At least once: persistent, and published with confirms.</param>
/// <param name="OneWay">Nobody replies.</param>
/// <param name="Expires">The broker drops it at the deadline.</param>
internal readonly record struct Request(
    string Endpoint,
    PooledBytes Body,
    string? Method,
    string? ContentType,
    string CorrelationId,
    string MessageId,
    int Priority,
    HeaderTable? Headers,
    long DeadlineMs,
    bool Persistent,
    bool OneWay,
    bool Expires);
