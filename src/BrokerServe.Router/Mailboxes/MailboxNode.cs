namespace BrokerServe.Router.Mailboxes;

/// <summary>Something that can be posted. The link is part of it, so that posting allocates nothing.</summary>
/// <remarks>A node is in one queue at a time; posting it twice corrupts both.</remarks>
internal abstract class MailboxNode
{
    internal MailboxNode? Next;
}
