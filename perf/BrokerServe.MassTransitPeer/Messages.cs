namespace BrokerServe.MassTransitPeer;

/// <summary>The request.</summary>
public sealed record Question(byte[] Body);

/// <summary>The reply: the same bytes.</summary>
public sealed record Answer(byte[] Body);
