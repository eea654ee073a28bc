namespace BrokerServe.Protocol.Reports;

/// <summary>The reports of one router that rates are taken from: the newest, and those of the last <see cref="ReportBoard.Window"/>.</summary>
/// <remarks>Owned by <see cref="ReportBoard"/>, under its lock.</remarks>
internal sealed class RouterHistory
{
    /// <summary>Reports come every second; of those that come faster only the newest is kept, so that nobody fills this memory.</summary>
    private const long LeastApartMs = 500;

    private readonly List<HeardReport> _reports = [];

    public HeardReport Newest => _reports[^1];

    /// <summary>The report to subtract; null while there is only one.</summary>
    public QueueLengthReport? Base => _reports.Count > 1 ? _reports[0].Report : null;

    /// <summary>Seconds from <see cref="Base"/> to the newest, by the router's clock, or by ours when that was set back.</summary>
    public double Seconds
    {
        get
        {
            var said = Newest.Report is { } newest && Base is { } earlier ? newest.TimeUnixMs - earlier.TimeUnixMs : 0;
            return (said > 0 ? said : Math.Max(1, Newest.HeardMs - _reports[0].HeardMs)) / 1_000.0;
        }
    }

    public void Add(HeardReport report)
    {
        if (_reports.Count > 1 && report.HeardMs - _reports[^2].HeardMs < 2 * LeastApartMs && report.HeardMs - _reports[^1].HeardMs < LeastApartMs)
        {
            _reports.RemoveAt(_reports.Count - 1);
        }

        _reports.Add(report);
        var beginMs = report.HeardMs - (long)ReportBoard.Window.TotalMilliseconds;
        while (_reports.Count > 2 && _reports[1].HeardMs <= beginMs)
        {
            _reports.RemoveAt(0);
        }
    }
}
