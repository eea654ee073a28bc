namespace BrokerServe.Client;

/// <summary>Names under which the client reports what it does.</summary>
public static class BrokerServeClientTelemetry
{
    /// <summary>The meter, for <c>AddMeter</c>.</summary>
    public const string MeterName = "BrokerServe.Client";

    /// <summary>The activity source, for <c>AddSource</c>.</summary>
    public const string SourceName = "BrokerServe.Client";
}
