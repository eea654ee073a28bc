using Microsoft.Extensions.Logging;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>Shows warnings and errors of the parts beside the test that ran them.</summary>
internal sealed class TestOutputLogs : ILoggerProvider, ILogger
{
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            _output?.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {logLevel} {eventId.Id}: {formatter(state, exception)} {exception}");
        }
        catch (InvalidOperationException)
        {
            // The test is over; nobody reads what is said while its parts stop.
        }
    }

    public void Dispose()
    {
        // Holds nothing.
    }
}
