using Microsoft.Extensions.Logging;

namespace BrokerServe.Transport.Supervision;

/// <summary>Says in the log what became of a connection: one line per change of state, not one per attempt.</summary>
internal sealed partial class SupervisorReport(ILogger logger, string broker, string name)
{
    private readonly ILogger _logger = logger;
    private volatile string? _trouble; // What the last line complained about; null when it said that all is well. Health reads it.

    /// <summary>What is wrong, with its kind: <c>Unreachable: …</c>; null while all is well.</summary>
    public string? Trouble => _trouble;

    /// <summary>The last connection failed soon, so the next one is not announced before it has lasted.</summary>
    public bool AwaitsProof { get; private set; }

    /// <summary>A connection was made.</summary>
    public void Connected(uint epoch)
    {
        if (AwaitsProof)
        {
            LogConnectedAgain(broker, name, epoch);
        }
        else
        {
            Lasting(epoch);
        }
    }

    /// <summary>The connection has proved to last.</summary>
    public void Lasting(uint epoch)
    {
        _trouble = null;
        LogConnected(broker, name, epoch);
    }

    /// <summary>An attempt failed.</summary>
    public void Unreachable(BrokerException exception)
    {
        AwaitsProof = false;
        var reason = exception.Message.TrimEnd('.');
        if (IsNews(exception.Fault, reason))
        {
            LogUnreachable(broker, name, exception.Fault, reason);
        }
        else
        {
            LogStillUnreachable(broker, name, reason);
        }
    }

    /// <summary>A session ended; the reason is null when it just returned.</summary>
    public void Lost(BrokerException? exception, bool lasted)
    {
        AwaitsProof = !lasted;
        var (fault, reason) = (exception?.Fault ?? BrokerFault.Other, exception?.Message.TrimEnd('.') ?? "it ended in order");
        if (IsNews(fault, reason))
        {
            LogLost(broker, name, fault, reason);
        }
        else
        {
            LogLostAgain(broker, name, reason);
        }
    }

    /// <summary>A connection did not say good-bye in time.</summary>
    public void Abandoned(TimeSpan after) => LogAbandoned(broker, name, after.TotalSeconds);

    private bool IsNews(BrokerFault fault, string reason)
    {
        var trouble = $"{fault}: {reason}";
        var news = trouble != _trouble;
        _trouble = trouble;
        return news;
    }

    [LoggerMessage(1, LogLevel.Information, "Connected to {Broker} as '{Name}' (epoch {Epoch}).")]
    private partial void LogConnected(string broker, string name, uint epoch);

    [LoggerMessage(2, LogLevel.Warning, "Cannot connect to {Broker} as '{Name}' ({Fault}): {Reason}. Trying again until it works.")]
    private partial void LogUnreachable(string broker, string name, BrokerFault fault, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Lost the connection to {Broker} as '{Name}' ({Fault}): {Reason}. Connecting again.")]
    private partial void LogLost(string broker, string name, BrokerFault fault, string reason);

    [LoggerMessage(4, LogLevel.Warning, "The connection to {Broker} as '{Name}' did not close within {Seconds} s and was abandoned.")]
    private partial void LogAbandoned(string broker, string name, double seconds);

    [LoggerMessage(5, LogLevel.Debug, "Connected to {Broker} as '{Name}' again (epoch {Epoch}).")]
    private partial void LogConnectedAgain(string broker, string name, uint epoch);

    [LoggerMessage(6, LogLevel.Debug, "Still cannot connect to {Broker} as '{Name}': {Reason}")]
    private partial void LogStillUnreachable(string broker, string name, string reason);

    [LoggerMessage(7, LogLevel.Debug, "Lost the connection to {Broker} as '{Name}' again: {Reason}")]
    private partial void LogLostAgain(string broker, string name, string reason);
}
