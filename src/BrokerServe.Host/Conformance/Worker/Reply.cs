namespace BrokerServe.Host.Conformance.Worker;

/// <summary>A reply that came.</summary>
/// <param name="Id">The ticket as it came, as text.</param>
/// <param name="Queue">The reply queue that it came to.</param>
/// <param name="Code">The name of the error code, or <c>ok</c>; for a number without a name the number.</param>
/// <param name="ContentType">What the body is said to be.</param>
/// <param name="Body">The payload, or an error body.</param>
/// <param name="At">When.</param>
internal sealed record Reply(string Id, string Queue, string Code, string? ContentType, byte[] Body, long At)
{
    public const string OkCode = "ok";

    public bool IsOk => Code == OkCode;

    /// <summary>How long it was on its way.</summary>
    public TimeSpan TimeSince(SentQuery sent) => TimeProvider.System.GetElapsedTime(sent.At, At);
}
