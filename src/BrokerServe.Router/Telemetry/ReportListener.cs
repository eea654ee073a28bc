using BrokerServe.Protocol.Reports;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Telemetry;

/// <summary>Hears what all routers report, this one included, so that any of them can be asked about the whole.</summary>
internal sealed class ReportListener(ReportBoard board, RouterMetrics metrics, Settler settler) : IDeliveryHandler
{
    public void OnDelivery(in Delivery delivery)
    {
        if (!board.Take(delivery.Body))
        {
            metrics.Malformed("report");
        }

        settler.Settle(delivery.Tag);
    }
}
