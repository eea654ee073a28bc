using BrokerServe.Protocol;
using BrokerServe.Protocol.Reports;
using BrokerServe.Router.Egress;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Telemetry;

/// <summary>Publishes what each backend has queued, in flight and in credit: what autoscaling reads.</summary>
internal static class QueueLengthReporter
{
    /// <summary>How often a report is due: every second, as in Ray Serve.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long a report may be believed: three of them may be late or lost before a router counts as gone.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(3);

    public static void Report(RouterParts parts)
    {
        if (!parts.Frames.IsKeepingUp)
        {
            return;
        }

        var report = new QueueLengthReport(
            parts.RouterId,
            parts.Clock.UnixMs,
            (int)Validity.TotalMilliseconds,
            [.. parts.Loops.All.Select(loop => new BackendLength(
                loop.Backend, loop.Gauges.Queued, loop.Gauges.InFlight, loop.Gauges.Credit, loop.Gauges.Replicas))]);
        var properties = new MessageProperties { ContentType = ContentTypes.Report };
        parts.Frames.Post(new OutboundFrame().Fill(
            parts.Names.Reports, "", properties, PooledBytes.CopyOf(report.Encode()), credit: null, pool: null));
    }
}
