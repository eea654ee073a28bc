using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Control;

/// <summary>Waits until the routers have removed an endpoint from the broker: before that it cannot be added anew with another type of queue.</summary>
internal static class QueueWatch
{
    /// <summary>How often to look; nobody tells.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <returns>What is to be said when it has not gone in the time; null when it is gone.</returns>
    public static async Task<string?> UntilGoneAsync(ControlJob job, string endpoint, CancellationToken cancellationToken)
    {
        var queue = new ObjectNames(job.Prefix).EndpointQueue(endpoint);
        try
        {
            await using var connection = await job.Broker.ConnectAsync("brokerserve control", cancellationToken);
            while (await connection.InspectQueueAsync(queue, cancellationToken) is not null)
            {
                await Task.Delay(Interval, cancellationToken);
            }

            return null;
        }
        catch (Exception ending) when (ending is OperationCanceledException or BrokerException)
        {
            return $"The queue {queue} is still there: routers delete it once what waits in it is answered. Does one run?";
        }
    }
}
