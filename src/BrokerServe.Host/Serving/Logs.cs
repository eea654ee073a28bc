using Microsoft.Extensions.Logging.Console;

namespace BrokerServe.Host.Serving;

/// <summary>Log lines on standard error: standard output belongs to what a command was asked for.</summary>
internal static class Logs
{
    /// <summary>Log lines where somebody else puts them.</summary>
    public static void Configure(ILoggingBuilder logging, ILoggerProvider lines, LogLevel level)
    {
        Filter(logging, level);
        logging.AddProvider(lines);
    }

    public static void Configure(ILoggingBuilder logging, LogFormat format, LogLevel level)
    {
        Filter(logging, level);

        // A line that is written while a query runs says of which trace it is.
        logging.Configure(static options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        if (format == LogFormat.Json)
        {
            logging.AddJsonConsole(options =>
            {
                options.IncludeScopes = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            logging.AddSimpleConsole(options =>
            {
                options.IncludeScopes = true;
                options.SingleLine = true;
                options.TimestampFormat = "HH:mm:ss.fff ";
            });
        }
    }

    private static void Filter(ILoggingBuilder logging, LogLevel level)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(level);

        // The web server's own lines say nothing that an operator of this process needs to read at Information.
        logging.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);
        logging.AddFilter("System", level > LogLevel.Warning ? level : LogLevel.Warning);

        // Whoever asks for health gets the answer; a line for each time it was asked helps nobody.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }
}
