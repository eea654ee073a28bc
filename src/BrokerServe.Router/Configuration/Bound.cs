namespace BrokerServe.Router.Configuration;

/// <summary>How much a router holds of one thing at most.</summary>
/// <param name="Name">The thing, as a key.</param>
/// <param name="Most">How much; null: the configuration does not say, somebody else does.</param>
/// <param name="Explanation">The unit, where it comes from, and what happens beyond it.</param>
internal sealed record Bound(string Name, long? Most, string Explanation);
