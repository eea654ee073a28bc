namespace BrokerServe.Transport;

/// <summary>How to publish.</summary>
/// <param name="Confirms">The broker says for each message when it has taken responsibility for it.</param>
public sealed record PublisherOptions(bool Confirms);
