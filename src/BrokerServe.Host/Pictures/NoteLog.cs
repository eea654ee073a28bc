using System.Globalization;

namespace BrokerServe.Host.Pictures;

/// <summary>Log lines as notes of a view, so that they do not go through its pictures.</summary>
internal sealed class NoteLog(IPictureView view, TimeProvider time) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Category(categoryName, view, time);

    public void Dispose()
    {
        // The view is the caller's.
    }

    private sealed class Category(string name, IPictureView view, TimeProvider time) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var at = time.GetLocalNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
            var text = $"{at} {Short(logLevel)}: {name}[{eventId.Id}] {formatter(state, exception)} {exception}".TrimEnd();
            view.Note(text.ReplaceLineEndings(" "));
        }

        // The words of .NET's own console log.
        private static string Short(LogLevel level) => level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };
    }
}
