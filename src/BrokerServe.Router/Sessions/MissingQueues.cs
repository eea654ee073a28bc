using BrokerServe.Router.Membership;
using BrokerServe.Transport;

namespace BrokerServe.Router.Sessions;

/// <summary>Looks for the queues of static replicas that were not there when a query came for them.</summary>
internal static class MissingQueues
{
    /// <summary>How long such a queue may be back before it is served: as long as a replica that announces itself needs at most.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Looks until it is cancelled. It asks by name only, and so leaves every queue as it is.</summary>
    public static async Task SearchAsync(IBrokerConnection connection, ReplicaDirectory directory, TimeProvider time, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
            {
                foreach (var queue in directory.MissingQueues())
                {
                    if (await IsThereAsync(connection, queue, cancellation).ConfigureAwait(false))
                    {
                        directory.QueueIsBack(queue);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended, or the router stops.
        }
    }

    private static async ValueTask<bool> IsThereAsync(IBrokerConnection connection, string queue, CancellationToken cancellation)
    {
        try
        {
            return await connection.InspectQueueAsync(queue, cancellation).ConfigureAwait(false) is not null;
        }
        catch (BrokerException exception)
        {
            return exception.Fault == BrokerFault.Locked; // Another connection's own, and so there. Anything else is looked for again.
        }
    }
}
