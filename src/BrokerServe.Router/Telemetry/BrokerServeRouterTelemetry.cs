namespace BrokerServe.Router;

/// <summary>Names under which the router reports what it does.</summary>
public static class BrokerServeRouterTelemetry
{
    /// <summary>The meter, for <c>AddMeter</c>.</summary>
    public const string MeterName = "BrokerServe.Router";

    /// <summary>The activity source, for <c>AddSource</c>.</summary>
    public const string SourceName = "BrokerServe.Router";
}
