using System.Diagnostics;
using System.Globalization;

namespace BrokerServe.Faults.Parties;

/// <summary>What a party did, one line of JSON for each event, with the machine's one monotonic clock.</summary>
/// <remarks>Any thread may write. A line is with the operating system when the method returns: the process may be killed at any time.</remarks>
internal sealed class Journal : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file;

    // No buffer: each line is one write.
    public Journal(string path) => _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    /// <summary>Milliseconds of CLOCK_MONOTONIC: all processes of this machine read the same.</summary>
    public static double Now => Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;

    /// <summary>A producer begins a call.</summary>
    public void Called(long id, int timeoutMs) => Write($$"""{"t":{{Now}},"e":"call","id":{{id}},"timeout":{{timeoutMs}}}""");

    /// <summary>A call of a producer ended.</summary>
    public void Ended(long id, string code, long value, string? reason = null) =>
        Write($$"""{"t":{{Now}},"e":"end","id":{{id}},"code":"{{code}}","value":{{value}}{{(reason is null ? "" : $",\"reason\":{System.Text.Json.JsonSerializer.Serialize(reason)}")}}}""");

    /// <summary>A handler was called.</summary>
    public void Began(long id, string replica, int attempt) =>
        Write($$"""{"t":{{Now}},"e":"run","id":{{id}},"replica":"{{replica}}","attempt":{{attempt}}}""");

    /// <summary>A handler is about to return.</summary>
    public void Ran(long id, string replica) => Write($$"""{"t":{{Now}},"e":"ran","id":{{id}},"replica":"{{replica}}"}""");

    /// <summary>A handler was cancelled: it has no answer, and its place is free.</summary>
    public void GaveUp(long id, string replica) => Write($$"""{"t":{{Now}},"e":"gave","id":{{id}},"replica":"{{replica}}"}""");

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private void Write(FormattableString line)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(line.ToString(CultureInfo.InvariantCulture) + "\n");
        lock (_lock)
        {
            _file.Write(bytes);
        }
    }
}
