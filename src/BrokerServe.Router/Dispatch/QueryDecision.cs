using BrokerServe.Protocol;

namespace BrokerServe.Router.Dispatch;

/// <summary>Send this request to that replica, as the attempt that the ticket names.</summary>
internal readonly record struct QueryDecision(Request Request, Ticket Ticket, int Attempt);
