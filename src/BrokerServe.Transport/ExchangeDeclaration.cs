namespace BrokerServe.Transport;

/// <summary>An exchange to create or to check. Exchanges are durable.</summary>
/// <param name="Name">1 to 255 bytes of UTF-8, not beginning with <c>amq.</c></param>
/// <param name="Kind">How it passes messages on.</param>
/// <param name="AlternateExchange">Where messages go that reach no queue; null: they are returned (mandatory) or dropped.</param>
public sealed record ExchangeDeclaration(string Name, ExchangeKind Kind, string? AlternateExchange = null);
