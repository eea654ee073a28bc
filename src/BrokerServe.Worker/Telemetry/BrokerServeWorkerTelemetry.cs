namespace BrokerServe.Worker;

/// <summary>Names under which workers report what they do.</summary>
public static class BrokerServeWorkerTelemetry
{
    /// <summary>The meter, for <c>AddMeter</c>.</summary>
    public const string MeterName = "BrokerServe.Worker";

    /// <summary>The activity source, for <c>AddSource</c>.</summary>
    public const string SourceName = "BrokerServe.Worker";
}
