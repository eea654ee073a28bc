namespace BrokerServe.Protocol.Reports;

/// <summary>A report as it came, read when somebody asks.</summary>
internal sealed class HeardReport(byte[] body, int validMs, long heardMs, long heardUnixMs)
{
    private QueueLengthReport? _report;
    private bool _isRead;

    /// <summary>When it came, on the monotonic clock of who heard it.</summary>
    public long HeardMs => heardMs;

    /// <summary>When it came, by the wall clock of who heard it.</summary>
    public long HeardUnixMs => heardUnixMs;

    /// <summary>Until when it holds, on the monotonic clock.</summary>
    public long UntilMs => heardMs + validMs;

    /// <summary>What it says; null when it turns out to be malformed.</summary>
    public QueueLengthReport? Report
    {
        get
        {
            if (!_isRead)
            {
                _isRead = true;
                _ = QueueLengthReport.TryDecode(body, out _report);
            }

            return _report;
        }
    }
}
