using Microsoft.Extensions.Logging;

namespace BrokerServe.Router.Configuration;

/// <summary>Events 100 to 119 of the router.</summary>
internal static partial class ConfigLog
{
    [LoggerMessage(100, LogLevel.Information, "Router settings: {Settings}.")]
    public static partial void RouterSettings(ILogger logger, string settings);

    [LoggerMessage(101, LogLevel.Information, "Endpoint {Endpoint}: {Settings}. {Bounds}.")]
    public static partial void EndpointSettings(ILogger logger, string endpoint, string settings, string bounds);

    [LoggerMessage(102, LogLevel.Information, "Backend {Backend}: {Settings}.")]
    public static partial void BackendSettings(ILogger logger, string backend, string settings);

    [LoggerMessage(103, LogLevel.Warning, "No endpoint is configured: this router serves nothing until one is added.")]
    public static partial void NoEndpoints(ILogger logger);

    [LoggerMessage(104, LogLevel.Information, "The configuration changed and is in force.")]
    public static partial void Applied(ILogger logger);

    [LoggerMessage(105, LogLevel.Error, "The configuration changed and was refused; the last good one stays in force. {Error}")]
    public static partial void Refused(ILogger logger, string error);

    [LoggerMessage(106, LogLevel.Error, "The configuration changed and could not be read; the last good one stays in force.")]
    public static partial void NotRead(ILogger logger, Exception failure);

    [LoggerMessage(107, LogLevel.Warning, "{Setting} changed from {Before} to {Now}; that takes effect at the next start.")]
    public static partial void NeedsRestart(ILogger logger, string setting, string before, string now);

    [LoggerMessage(108, LogLevel.Information, "Endpoint {Endpoint} is no longer named: this router gives its requests back and stops serving it.")]
    public static partial void EndpointForgotten(ILogger logger, string endpoint);

    [LoggerMessage(109, LogLevel.Information, "Backend {Backend} is no longer named and was removed.")]
    public static partial void BackendRemoved(ILogger logger, string backend);

    [LoggerMessage(110, LogLevel.Information, "Endpoints and backends come from the control log. This router serves nothing before it has read it.")]
    public static partial void FollowsLog(ILogger logger);

    // Highest id is 110. New consecutive ids start at 111.
}
