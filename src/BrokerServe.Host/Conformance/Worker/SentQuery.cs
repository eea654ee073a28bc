namespace BrokerServe.Host.Conformance.Worker;

/// <summary>A query that was sent.</summary>
/// <param name="Id">Its ticket, as decimal text.</param>
/// <param name="Query">What was asked.</param>
/// <param name="ReplyKey">Where its reply is to come.</param>
/// <param name="Position">How many replies had come before it was sent.</param>
/// <param name="At">When.</param>
internal sealed record SentQuery(string Id, Query Query, string ReplyKey, int Position, long At);
