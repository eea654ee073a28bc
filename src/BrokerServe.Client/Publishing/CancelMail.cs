namespace BrokerServe.Client.Publishing;

/// <summary>Tells the routers that a caller has given a call up that was already sent.</summary>
internal sealed class CancelMail(string correlationId, string replyTo) : Mail
{
    public string CorrelationId => correlationId;

    public string ReplyTo => replyTo;
}
