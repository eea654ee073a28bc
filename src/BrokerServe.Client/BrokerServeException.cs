using System.Globalization;
using BrokerServe.Protocol;

namespace BrokerServe.Client;

/// <summary>A call ended without a reply: <see cref="Status"/> says how, <see cref="Fault"/> whose turn it is,
/// <see cref="Retryable"/> whether to try again.</summary>
public sealed class BrokerServeException : Exception
{
    private static readonly Dictionary<string, string> NoDetail = [];

    /// <summary>Says how a call ended. For the client itself, for middleware that answers calls, and for tests.</summary>
    /// <param name="status">How it ended.</param>
    /// <param name="endpoint">The endpoint that was called; empty when the failure is no single call's.</param>
    /// <param name="message">One sentence for people; <see cref="Exception.Message"/> has the code before it.</param>
    /// <param name="retryable">Whether the same call may sensibly and safely be made again; null: what the code says by itself.</param>
    /// <param name="detail">Further facts by name; null: none.</param>
    /// <param name="innerException">What it came from.</param>
    public BrokerServeException(
        ReplyStatus status,
        string endpoint,
        string message,
        bool? retryable = null,
        IReadOnlyDictionary<string, string>? detail = null,
        Exception? innerException = null)
        : base($"{status.Name()}: {message}", innerException)
    {
        Status = status;
        Endpoint = endpoint;
        Reason = message;
        Retryable = retryable ?? status.IsRetryable();
        Detail = detail ?? NoDetail;
    }

    /// <summary>How the call ended.</summary>
    public ReplyStatus Status { get; }

    /// <summary>The name of <see cref="Status"/>, as it is on the wire and in metrics: <c>deadline_exceeded</c> and the like.</summary>
    public string Code => Status.Name();

    /// <summary>Whose turn it is.</summary>
    public Fault Fault => Status.FaultOf();

    /// <summary>Whether the same call may sensibly and safely be made again.</summary>
    public bool Retryable { get; }

    /// <summary>The endpoint that was called.</summary>
    public string Endpoint { get; }

    /// <summary>The message without the code before it.</summary>
    public string Reason { get; }

    /// <summary>Further facts by name, as the router or the worker gave them.</summary>
    public IReadOnlyDictionary<string, string> Detail { get; }

    /// <summary>The type of the handler's exception; null when there was none.</summary>
    public string? RemoteType => Detail.GetValueOrDefault("type");

    /// <summary>The handler's stack trace; null when there was none.</summary>
    public string? RemoteStackTrace => Detail.GetValueOrDefault("stack_trace");

    /// <summary>How long to wait before the next attempt; null where nobody could tell.</summary>
    public TimeSpan? RetryAfter =>
        Detail.TryGetValue("retry_after_ms", out var text)
        && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
            ? TimeSpan.FromMilliseconds(ms)
            : null;
}
