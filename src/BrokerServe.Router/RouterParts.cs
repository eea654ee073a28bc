using BrokerServe.Protocol;
using BrokerServe.Protocol.Reports;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Egress;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Membership;
using BrokerServe.Router.Routing;
using BrokerServe.Router.Telemetry;
using BrokerServe.Transport;

namespace BrokerServe.Router;

/// <summary>What lives as long as the router and is shared by its stages; each part says itself who may touch it.</summary>
internal sealed record RouterParts(
    string RouterId,
    ObjectNames Names,
    IBroker Broker,
    RouterClock Clock,
    RoutingControl Control,
    RouterMetrics Metrics,
    ByteBudget Budget,
    AnswerDesk Desk,
    FramePublisher Frames,
    DispatchLoops Loops,
    ReplicaDirectory Directory,
    EndpointIds EndpointIds,
    ReportBoard Board,
    QueueType SharedQueues);
