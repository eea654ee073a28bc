using Microsoft.Extensions.Logging;

namespace BrokerServe.RabbitMq;

/// <summary>What this transport logs. Nothing here is said per message.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Warning,
        "A callback of connection '{Connection}' has not returned for {Limit}; its end is announced without waiting longer.")]
    public static partial void CallbackStuck(ILogger logger, string connection, TimeSpan limit);

    [LoggerMessage(4002, LogLevel.Error, "A handler of the end of connection '{Connection}' failed.")]
    public static partial void ClosedHandlerFailed(ILogger logger, string connection, Exception exception);

    [LoggerMessage(4003, LogLevel.Warning,
        "Connection '{Connection}' did not close within {Limit} although its socket is gone; it is abandoned.")]
    public static partial void Abandoned(ILogger logger, string connection, TimeSpan limit);

    [LoggerMessage(4004, LogLevel.Error,
        "The handler of queue '{Queue}' threw on a delivery; its consumer ends and the delivery goes back when that is disposed.")]
    public static partial void HandlerFailed(ILogger logger, string queue, Exception exception);

    [LoggerMessage(4005, LogLevel.Warning, "The broker has closed the channel that consumed queue '{Queue}': {Code} {Reason}")]
    public static partial void ChannelRefused(ILogger logger, string queue, ushort code, string reason);

    [LoggerMessage(4006, LogLevel.Information, "The broker has ended the subscription of queue '{Queue}': it was deleted, or its node is gone.")]
    public static partial void SubscriptionEnded(ILogger logger, string queue);

    [LoggerMessage(4007, LogLevel.Information, "The broker refuses messages of connection '{Connection}'; it goes on on another channel, which may know better.")]
    public static partial void PublishesOnAnotherChannel(ILogger logger, string connection);
}
