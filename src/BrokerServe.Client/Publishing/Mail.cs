namespace BrokerServe.Client.Publishing;

/// <summary>Something for the publishing loop to send.</summary>
internal abstract class Mail
{
    /// <summary>The next older mail; the <see cref="Mailbox"/>'s own while the mail is in it.</summary>
    internal Mail? Older;
}
