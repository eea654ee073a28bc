using BrokerServe.Faults.Tests.Network;

namespace BrokerServe.Faults.Tests;

/// <summary>The moments in a request's life, told by the frame that is on its way then. Held there, whoever has to do with it can be killed.</summary>
internal static class CrashPoints
{
    public const string Router = "router";
    public const string Worker = "worker";
    public const string Producer = "producer";

    /// <summary>At whose network the frame is held, and which.</summary>
    public static Trap At(string point, string prefix) => new(point, point switch
    {
        "the request comes to the router" => Once(frame => IsDelivery(frame) && frame.Exchange == $"{prefix}.requests"),
        "the router has sent the query" => Once(frame => IsPublish(frame) && frame.RoutingKey.StartsWith($"{prefix}.replica.", StringComparison.Ordinal)),
        "the reply comes to the router" => Once(frame => IsDelivery(frame) && frame.Exchange == $"{prefix}.replies"),
        "the router has sent the answer" => Once(frame => IsAnswer(frame, prefix)),
        "the broker confirms the answer" => Once(frame => IsAnswer(frame, prefix), frame => !frame.FromClient && frame.Method == "basic.ack"),
        "the router acknowledges the request" => Once(
            frame => IsAnswer(frame, prefix), frame => !frame.FromClient && frame.Method == "basic.ack", frame => frame.FromClient && frame.Method == "basic.ack"),
        "the query comes to the worker" => Once(frame => IsDelivery(frame) && frame.RoutingKey.StartsWith($"{prefix}.replica.", StringComparison.Ordinal)),
        "the worker has sent the reply" => Once(frame => IsPublish(frame) && frame.Exchange == $"{prefix}.replies"),
        "the producer has sent the request" => Once(frame => IsPublish(frame) && frame.Exchange == $"{prefix}.requests"),
        "the broker confirms the request" => Once(
            frame => IsPublish(frame) && frame.Exchange == $"{prefix}.requests", frame => !frame.FromClient && frame.Method == "basic.ack"),
        "the answer comes to the producer" => Once(
            frame => IsDelivery(frame) && frame.RoutingKey.StartsWith($"{prefix}.reply.", StringComparison.Ordinal)),
        _ => throw new ArgumentOutOfRangeException(nameof(point), point, "There is no such moment."),
    });

    private static bool IsDelivery(Frame frame) => frame.Method == "basic.deliver";

    private static bool IsPublish(Frame frame) => frame.Method == "basic.publish";

    private static bool IsAnswer(Frame frame, string prefix) =>
        IsPublish(frame) && frame.RoutingKey.StartsWith($"{prefix}.reply.", StringComparison.Ordinal);

    // The last of several frames that come one after the other, maybe on several connections.
    private static Func<Frame, bool> Once(params Func<Frame, bool>[] inOrder)
    {
        var seen = 0;
        var gate = new Lock();
        return frame =>
        {
            lock (gate)
            {
                return seen < inOrder.Length && inOrder[seen](frame) && ++seen == inOrder.Length;
            }
        };
    }
}
