using BrokerServe.Client.Calls;
using BrokerServe.Client.Publishing;
using BrokerServe.Client.Telemetry;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Client.Replies;

/// <summary>The sessions of the consuming connection: each has a reply queue of its own, and ends the calls that named it.</summary>
internal sealed class ReplyConnection(
    string brokerName,
    string clientId,
    ObjectNames names,
    string correlationPrefix,
    CallTable calls,
    FramedEndpoints frames,
    Gate gate,
    ClientMetrics metrics,
    ILogger logger,
    CancellationToken stopping)
{
    // A reply is settled as soon as it was copied, so this bounds only what is on its way at once: at 300,000 replies a second
    // it is 14 ms of them, more than an acknowledgement takes to come round.
    private const int Prefetch = 4_096;

    /// <summary>Works on one connection until it, or the client, ends.</summary>
    public async Task RunSessionAsync(ConnectionSession session)
    {
        try
        {
            await ConsumeAsync(session).ConfigureAwait(false);
        }
        catch (BrokerException problem)
        {
            gate.Report(problem);
            throw;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The client stopped while the session was being set up.
        }
    }

    private async Task ConsumeAsync(ConnectionSession session)
    {
        var connection = session.Connection;
        var queue = names.ClientReplyQueue($"{clientId}.{session.Epoch}");
        await connection.DeclareQueueAsync(new QueueDeclaration(queue) { Exclusive = true }, stopping).ConfigureAwait(false);
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(queue, Prefetch), stopping).ConfigureAwait(false);
        await using (consumer.ConfigureAwait(false))
        {
            var settler = new Settler(consumer, Prefetch);
            await using (settler.ConfigureAwait(false))
            {
                var listener = new ReplyListener(calls, frames, correlationPrefix, settler, metrics, logger);
                await consumer.StartAsync(listener, stopping).ConfigureAwait(false);

                // Only now: calls must not be sent to wait on a queue that turns out not to be consumable.
                gate.OpenReplies(new ReplyRoute(queue, session.Epoch, consumer.Ended));
                ClientLog.Listening(logger, brokerName, queue);
                await Until.AnyAsync(connection.Closed, consumer.Ended, stopping).ConfigureAwait(false);

                // The gate first: what the publishing loop takes after this finds it closed, what it took before is ended here.
                gate.CloseReplies(connection.CloseReason);
                EndLost(session.Epoch);
            }
        }
    }

    private void EndLost(uint epoch)
    {
        var lost = 0;
        foreach (var call in calls.Slots)
        {
            // The generation is read first, so that the epoch read after it is this use's, or the exchange fails.
            if (call is not null && call.IsSent(out var generation) && call.ReplyEpoch == epoch)
            {
                lost += call.TryEndSent(generation, Endings.ReplyQueueLost) ? 1 : 0;
            }
        }

        if (lost > 0)
        {
            ClientLog.ReplyQueueLost(logger, brokerName, lost);
        }
    }
}
