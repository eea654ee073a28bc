using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Transport.Tests.Supervision;

/// <summary>Keeps log lines from Information upwards.</summary>
internal class CapturedLog : ILogger
{
    /// <summary>The lines, as an operator reads them.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Lines.Enqueue(formatter(state, exception));
        }
    }
}
