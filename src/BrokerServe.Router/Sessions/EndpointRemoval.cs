using BrokerServe.Router.Ingress;
using BrokerServe.Transport;

namespace BrokerServe.Router.Sessions;

/// <summary>Removes an endpoint from the broker: nothing new comes in, what waits there is answered, the queue goes.</summary>
internal static class EndpointRemoval
{
    /// <summary>Requests to answer at once; they need no more than an error each.</summary>
    private const int Prefetch = 256;

    /// <summary>How often to look whether the queue is empty. Polling, because a broker does not say so; a command waits for nothing else.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(string endpoint, RouterParts parts, IBrokerConnection connection, uint epoch, CancellationToken cancellationToken)
    {
        // Other routers may be removing it as well: whoever comes last finds no queue, and nothing to unbind.
        var queue = parts.Names.EndpointQueue(endpoint);
        if (parts.Control.Knows(endpoint)
            || await connection.InspectQueueAsync(queue, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }

        await connection.UnbindAsync(queue, parts.Names.Requests, endpoint, cancellationToken).ConfigureAwait(false);
        while (!parts.Control.Knows(endpoint) // It may have been added again meanwhile; then it keeps its queue.
            && await connection.InspectQueueAsync(queue, cancellationToken).ConfigureAwait(false) is { } info)
        {
            if (info is { Ready: 0, Consumers: > 0 })
            {
                // Another router answers what it took, or has not heard of the removal: what it gives back must find the queue. Who is last deletes it.
                await Task.Delay(LookInterval, parts.Clock.Time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (info.Ready == 0)
            {
                await connection.DeleteQueueAsync(queue, cancellationToken).ConfigureAwait(false);
                return;
            }

            await AnswerWaitingAsync(queue, endpoint, parts, connection, epoch, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Answers what the queue holds. What was on its way when the consumer stopped is back in the queue afterwards, for another round.</summary>
    private static async Task AnswerWaitingAsync(
        string queue, string endpoint, RouterParts parts, IBrokerConnection connection, uint epoch, CancellationToken cancellationToken)
    {
        var intake = new RequestIntake(parts, epoch, WhenUnknown.RefuseAsRemoved);
        await using var subscription = await Subscription.StartAsync(
            connection, queue, Prefetch, settler => new EndpointListener(endpoint, intake, settler), cancellationToken).ConfigureAwait(false);
        while (await connection.InspectQueueAsync(queue, cancellationToken).ConfigureAwait(false) is { Ready: > 0 })
        {
            await Task.Delay(LookInterval, parts.Clock.Time, cancellationToken).ConfigureAwait(false);
        }

        await subscription.Consumer.StopAsync(cancellationToken).ConfigureAwait(false);
        await intake.WhenAllEndedAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
