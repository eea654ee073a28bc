using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Router.Tests.Configuration;

/// <summary>Keeps what is logged, as people would read it.</summary>
internal sealed class LogBook : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(string Text, TaskCompletionSource Seen)> _awaited = new();

    public ConcurrentQueue<(int Id, LogLevel Level, string Text)> Lines { get; } = new();

    public IEnumerable<string> At(LogLevel level) => Lines.Where(l => l.Level == level && l.Id is >= 100 and < 120).Select(l => l.Text);

    /// <summary>Completes at the first line from now on that contains the text.</summary>
    public Task Next(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited.Enqueue((text, seen));
        return seen.Task;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        Lines.Enqueue((eventId.Id, logLevel, line));
        foreach (var (text, seen) in _awaited)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                seen.TrySetResult();
            }
        }
    }

    public void Dispose()
    {
    }
}
