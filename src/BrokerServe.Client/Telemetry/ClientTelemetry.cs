namespace BrokerServe.Client.Telemetry;

/// <summary>Names under which the client reports what it does.</summary>
public static class ClientTelemetry
{
    /// <summary>Of the meter and of the activity source.</summary>
    public const string Name = "BrokerServe.Client";
}
