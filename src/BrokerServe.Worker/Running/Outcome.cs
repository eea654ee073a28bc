using BrokerServe.Protocol;

namespace BrokerServe.Worker.Running;

/// <summary>How a handler ended.</summary>
/// <param name="Status">Ok, or what went wrong.</param>
/// <param name="Payload">The reply's payload, or the error body.</param>
/// <param name="ContentType">What the payload is.</param>
/// <param name="IsCancellation">
/// The handler ended with an <see cref="OperationCanceledException"/>: when its query was given up, that is the reason, else it is an
/// error like any other.
/// </param>
internal readonly record struct Outcome(
    ReplyStatus Status, ReadOnlyMemory<byte> Payload, string? ContentType, bool IsCancellation = false);
