namespace BrokerServe.Host.Serving;

/// <summary>How log lines are written.</summary>
internal enum LogFormat
{
    /// <summary>One line each, for people.</summary>
    Text,

    /// <summary>One JSON object each, for machines.</summary>
    Json,
}
