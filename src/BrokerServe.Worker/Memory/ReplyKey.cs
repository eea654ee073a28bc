namespace BrokerServe.Worker;

/// <summary>Which request a reply is to: the same for every attempt and every copy of it.</summary>
/// <param name="Backend">The backend that answers; a request's shadow copies are answered by others.</param>
/// <param name="AppId">Who asked; empty: not said.</param>
/// <param name="MessageId">Which of its requests.</param>
public readonly record struct ReplyKey(string Backend, string AppId, string MessageId);
