using System.Diagnostics.CodeAnalysis;

namespace BrokerServe.Protocol;

/// <summary>The body of an error reply: a MessagePack map of <c>code</c>, <c>message</c>, <c>retryable</c> and <c>detail</c>.</summary>
/// <param name="Status">How the call ended; never <see cref="ReplyStatus.Ok"/>.</param>
/// <param name="Message">One sentence for people, saying what to do where that is known.</param>
/// <param name="Retryable">Whether the same call may be made again without the work running twice, or with a chance to succeed.</param>
/// <param name="Detail">Further facts by name, such as <c>retry_after_ms</c>, <c>type</c>, <c>stack_trace</c>.</param>
public sealed record ErrorBody(ReplyStatus Status, string Message, bool Retryable, IReadOnlyDictionary<string, string>? Detail = null)
{
    /// <summary>The bytes.</summary>
    public byte[] Encode() => throw new NotImplementedException();

    /// <summary>Reads what <see cref="Encode"/> wrote, in this or another language.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ErrorBody? error) => throw new NotImplementedException();
}
