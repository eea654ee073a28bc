using Microsoft.Extensions.Logging;

namespace BrokerServe.Worker.Telemetry;

/// <summary>What workers log. Ids 2001 to 2099; the next free one is 2016.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(2001, LogLevel.Information, "Worker {Backend}: {Replicas} replicas with up to {MaxConcurrent} queries each, held at most "
        + "{MaxHeld} for each router; prefetch {Prefetch} messages; methods {Methods}; broker {Broker}")]
    public static partial void Starting(
        this ILogger logger, string backend, int replicas, int maxConcurrent, int maxHeld, int prefetch, string methods, string broker);

    [LoggerMessage(2002, LogLevel.Information, "Replica {Replica} of {Backend} is in service")]
    public static partial void InService(this ILogger logger, string replica, string backend);

    [LoggerMessage(2003, LogLevel.Information, "Replica {Replica} of {Backend} waits for a router to declare {Exchange}")]
    public static partial void WaitsForRouter(this ILogger logger, string replica, string backend, string exchange);

    [LoggerMessage(2004, LogLevel.Information, "Replica {Replica} of {Backend} drains: {Held} queries held")]
    public static partial void Draining(this ILogger logger, string replica, string backend, int held);

    [LoggerMessage(2005, LogLevel.Warning, "Replica {Replica} of {Backend} stops with {Held} queries held; they are cancelled")]
    public static partial void Stopping(this ILogger logger, string replica, string backend, int held);

    [LoggerMessage(2006, LogLevel.Information, "Replica {Replica} of {Backend} has left")]
    public static partial void Left(this ILogger logger, string replica, string backend);

    [LoggerMessage(2007, LogLevel.Warning, "Replica {Replica} of {Backend} lost its connection; {Running} handlers run and are cancelled")]
    public static partial void Lost(this ILogger logger, string replica, string backend, int running);

    [LoggerMessage(2008, LogLevel.Critical, "A turn of replica {Replica} of {Backend} failed; it gives up this life and comes back as a new one")]
    public static partial void TurnFailed(this ILogger logger, Exception exception, string? replica, string backend);

    [LoggerMessage(2009, LogLevel.Information, "Worker {Backend} took over a new user configuration of {Length} characters")]
    public static partial void Reconfigured(this ILogger logger, string backend, int length);

    [LoggerMessage(2010, LogLevel.Error, "The reconfigure hook of worker {Backend} failed; the worker stays as it was")]
    public static partial void ReconfigureFailed(this ILogger logger, Exception exception, string backend);

    [LoggerMessage(2011, LogLevel.Debug, "A reply message of {Backend} came back: its router {ReplyKey} is gone")]
    public static partial void ReplyReturned(this ILogger logger, string backend, string replyKey);

    [LoggerMessage(2012, LogLevel.Warning, "A cancellation callback of a handler of {Backend}, method {Method}, threw")]
    public static partial void CancellationCallbackFailed(this ILogger logger, Exception exception, string backend, string method);

    [LoggerMessage(2013, LogLevel.Warning, "Replica {Replica} of {Backend} could not send its last words within {Timeout}")]
    public static partial void NotFlushed(this ILogger logger, string replica, string backend, TimeSpan timeout);

    [LoggerMessage(2014, LogLevel.Warning, "The services of a query of {Backend}, method {Method}, could not be disposed")]
    public static partial void ScopeNotDisposed(this ILogger logger, Exception exception, string backend, string method);

    [LoggerMessage(2015, LogLevel.Warning, "The reply store of {Backend} failed for a query of method {Method}; it counts as empty")]
    public static partial void ReplyStoreFailed(this ILogger logger, Exception exception, string backend, string method);
}
