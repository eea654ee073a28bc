namespace BrokerServe.Worker;

/// <summary>Names the call method that a public method of a handler class serves.</summary>
/// <remarks>
/// The method takes, in any order and each at most once, the request (any other type), the <see cref="QueryContext"/> and the
/// <see cref="CancellationToken"/>, and returns a value, a <see cref="ReplyPayload"/>, a task of either, or nothing.
/// </remarks>
/// <param name="method">The call method, 1 to 255 bytes of UTF-8; by default the one that callers mean who name none.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CallMethodAttribute(string method = CallMethodAttribute.Default) : Attribute
{
    /// <summary>The call method of callers who name none: <c>__call__</c>.</summary>
    public const string Default = "__call__";

    /// <summary>The call method.</summary>
    public string Method => method;
}
