namespace BrokerServe.Host.Control;

/// <summary>A setting that differs.</summary>
/// <param name="Name">Which.</param>
/// <param name="Before">As it was; null for an object that was not there.</param>
/// <param name="After">As it will be.</param>
internal sealed record PlannedSetting(string Name, string? Before, string After);
