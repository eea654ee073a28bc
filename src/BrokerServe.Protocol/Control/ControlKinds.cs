namespace BrokerServe.Protocol.Control;

/// <summary>Kinds of objects that routers of this version act on. Objects of other kinds are kept as they are.</summary>
public static class ControlKinds
{
    /// <summary>An endpoint: its traffic, shadows and settings.</summary>
    public const string Endpoint = "endpoint";

    /// <summary>A backend: its settings.</summary>
    public const string Backend = "backend";

    /// <summary>A replica that gets nothing new.</summary>
    public const string Replica = "replica";
}
