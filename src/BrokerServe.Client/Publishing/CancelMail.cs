namespace BrokerServe.Client.Publishing;

/// <summary>Tells the routers that a caller has given a call up that was already sent.</summary>
internal sealed class CancelMail(string correlationId, string replyTo, long? deadlineUnixMs) : Mail
{
    public string CorrelationId => correlationId;

    public string ReplyTo => replyTo;

    /// <summary>How long the request may still come to a router; null when it did not say.</summary>
    public long? DeadlineUnixMs => deadlineUnixMs;
}
