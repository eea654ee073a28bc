namespace BrokerServe.Router.ControlLog;

/// <summary>Names of changes and fences.</summary>
internal static class ControlIds
{
    /// <summary>One that nobody else has.</summary>
    public static string Draw() => Guid.NewGuid().ToString("N");
}
