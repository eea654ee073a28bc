using BrokerServe.Router.Mailboxes;

namespace BrokerServe.Router.Tests.Mailboxes;

/// <summary>Something to post: who wrote it, and which of his it is.</summary>
internal sealed class Note(int writer, int number) : MailboxNode
{
    public int Writer => writer;

    public int Number => number;

    /// <summary>Whether somebody has it; whoever finds that wrong has found a defect.</summary>
    public int Holders;
}
