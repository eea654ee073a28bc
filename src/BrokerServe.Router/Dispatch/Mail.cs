using BrokerServe.Router.Mailboxes;

namespace BrokerServe.Router.Dispatch;

/// <summary>One event for a backend's dispatcher, carried by its mailbox.</summary>
internal abstract class Mail : MailboxNode
{
    /// <summary>Tells the dispatcher. Called on the dispatch loop's turn, once.</summary>
    public abstract void Deliver(BackendDispatcher dispatcher);

    /// <summary>The loop has ended and nobody takes the mail any more: gives back what it carries.</summary>
    public virtual void Abandon()
    {
    }
}
