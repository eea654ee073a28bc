using Microsoft.Extensions.Configuration;

namespace BrokerServe.Router.Configuration;

/// <summary>A section that the router reads its configuration from, and follows while it runs.</summary>
internal sealed record ConfigSource(IConfigurationSection Section);
