using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using BrokerServe.Worker.Replies;
using BrokerServe.Worker.Running;
using BrokerServe.Worker.Telemetry;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Worker.Replicas;

/// <summary>One life of a replica on the broker's side: connections, queues, consumers, the publishing loop, and their end.</summary>
/// <remarks>
/// (1) Connect a second time, to publish. (2) Declare the replica's own queue and a private one for routers' announcements. (3) Wait for
/// the exchanges, which routers declare. (4) Begin the life: announce, consume. (5) Live until a connection is lost or the replica has left.
/// (6) End: the loop forgets the life, last words are flushed, connections close.
/// </remarks>
internal sealed class ReplicaSession(
    string replica, WorkerModel model, IBroker broker, ReplicaMailbox mailbox, WorkerMetrics metrics, WorkerClock clock, ILogger logger)
{
    /// <summary>
    /// Messages that may be delivered and not taken: they wait for one turn of the loop, below a millisecond, while acks travel; at 256 KiB
    /// each 32 MiB at worst.
    /// </summary>
    public const int Prefetch = 128;

    /// <summary>Routers announce once a second; a burst is a restart of many.</summary>
    private const int AnnouncementPrefetch = 32;

    /// <summary>
    /// What the last words may take on a connection that works: after that, an alarm holds them, and leases run out anyway.
    /// </summary>
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(3);

    private readonly ObjectNames _names = model.Names;

    /// <exception cref="BrokerException">The life ended, or never began, because of the broker.</exception>
    public async Task RunAsync(IBrokerConnection consuming, CancellationToken draining, CancellationToken cutShort)
    {
        using var setup = CancellationTokenSource.CreateLinkedTokenSource(draining, consuming.Closed);

        // Step 1: connect a second time; an alarm stops the broker from reading what publishes, and acks must go on.
        var publishing = await broker.ConnectAsync($"worker {model.Backend} {replica} publish", setup.Token).ConfigureAwait(false);
        try
        {
            await RunAsync(consuming, publishing, draining, cutShort).ConfigureAwait(false);
        }
        finally
        {
            await CloseAsync(publishing).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(
        IBrokerConnection consuming, IBrokerConnection publishing, CancellationToken draining, CancellationToken cutShort)
    {
        using var setup = CancellationTokenSource.CreateLinkedTokenSource(draining, consuming.Closed, publishing.Closed);
        try
        {
            // Step 2: queues of this life alone. They die with the connection.
            var queue = _names.ReplicaQueue(model.Backend, replica);
            var routersQueue = _names.ReplicaAnnouncementQueue(model.Backend, replica);
            await consuming.DeclareQueueAsync(new QueueDeclaration(queue) { Exclusive = true }, setup.Token).ConfigureAwait(false);
            await consuming.DeclareQueueAsync(new QueueDeclaration(routersQueue) { Exclusive = true }, setup.Token).ConfigureAwait(false);

            // Step 3: the exchanges are the routers' to declare.
            await AwaitExchangesAsync(consuming, setup.Token).ConfigureAwait(false);
            await consuming.BindAsync(routersQueue, _names.Routers, "", setup.Token).ConfigureAwait(false);

            await using var own = await OpenAsync(consuming, queue, Prefetch, setup.Token).ConfigureAwait(false);
            await using var routers = await OpenAsync(consuming, routersQueue, AnnouncementPrefetch, setup.Token).ConfigureAwait(false);
            await using var publisher = await publishing.OpenPublisherAsync(
                new PublisherOptions(Confirms: false), new ReturnedReplies(model.Backend, metrics, logger), setup.Token).ConfigureAwait(false);
            var sender = new ReplySender(
                _names,
                new ReplicaAnnouncement(AnnouncementKind.Join, model.Backend, replica, queue)
                {
                    MaxConcurrent = model.AnnouncedLimit,
                    LeaseMs = Scheduling.Presence.LeaseMs,
                });
            var life = new ReplicaLife(replica, sender, own.Settler);
            var sending = sender.RunAsync(publisher);
            try
            {
                await LiveAsync(life, own, routers, publisher, publishing, sending, draining, cutShort).ConfigureAwait(false);
            }
            finally
            {
                await EndAsync(life, sending).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (publishing.Closed.IsCancellationRequested)
        {
            throw publishing.CloseReason ?? Lost("the connection to publish was closed");
        }
    }

    /// <summary>Steps 4 and 5.</summary>
    private async Task LiveAsync(
        ReplicaLife life, ReplicaConsumer own, ReplicaConsumer routers, IPublisher publisher, IBrokerConnection publishing, Task sending,
        CancellationToken draining, CancellationToken cutShort)
    {
        // Step 4: the loop learns of the life before the first delivery of it can come.
        mailbox.Post(ReplicaMail.Of(MailKind.BeginLife, life));

        // No token: once it has announced itself, a replica that is to stop drains instead. Broker operations end by themselves.
        await own.Consumer.StartAsync(new QueueListener(life, mailbox, clock), CancellationToken.None).ConfigureAwait(false);
        await routers.Consumer.StartAsync(new RouterListener(life, routers.Settler, mailbox, clock), CancellationToken.None)
            .ConfigureAwait(false);

        // Step 5: live. Whatever of the two connections is lost, the whole life is.
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(own.Consumer.Ended, routers.Consumer.Ended, publisher.Closed);
        using var drain = draining.UnsafeRegister(_ => mailbox.Post(ReplicaMail.Of(MailKind.Drain, life)), null);
        using var cut = cutShort.UnsafeRegister(_ => mailbox.Post(ReplicaMail.Of(MailKind.CutShort, life)), null);
        var losing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var lose = lost.Token.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), losing);
        var first = await Task.WhenAny(life.Left, losing.Task, sending).ConfigureAwait(false);
        await first.ConfigureAwait(false);
        if (!life.Left.IsCompleted)
        {
            throw publishing.CloseReason ?? Lost(
                publisher.Closed.IsCancellationRequested ? "the channel to publish was closed" : "a queue is no longer consumed");
        }

        if (!await life.Left.ConfigureAwait(false))
        {
            throw Lost("its loop failed");
        }
    }

    /// <summary>Step 6.</summary>
    private async Task EndAsync(ReplicaLife life, Task sending)
    {
        mailbox.Post(ReplicaMail.Of(MailKind.EndLife, life));
        await life.Ended.ConfigureAwait(false);
        life.Sender.Complete();
        try
        {
            await sending.WaitAsync(FlushTimeout, clock.Time).ConfigureAwait(false);
        }
        catch (BrokerException)
        {
            // The life had ended by the broker's will; what was to be said in it is nobody's any more.
        }
        catch (TimeoutException)
        {
            logger.NotFlushed(life.Replica, model.Backend, FlushTimeout);
        }
    }

    private async ValueTask AwaitExchangesAsync(IBrokerConnection connection, CancellationToken setup)
    {
        var delay = model.Reconnect.FirstDelay;
        var isReported = false;
        foreach (var exchange in new[] { _names.Replicas, _names.Replies, _names.Routers })
        {
            while (!await connection.ExchangeExistsAsync(exchange, setup).ConfigureAwait(false))
            {
                if (!isReported)
                {
                    logger.WaitsForRouter(replica, model.Backend, exchange);
                    isReported = true;
                }

                // Between half and the whole, so that workers which start together do not ask together.
                await Task.Delay(delay * (0.5 + (Random.Shared.NextDouble() / 2)), clock.Time, setup).ConfigureAwait(false);
                delay = delay * 2 < model.Reconnect.MaxDelay ? delay * 2 : model.Reconnect.MaxDelay;
            }
        }
    }

    private static async ValueTask<ReplicaConsumer> OpenAsync(
        IBrokerConnection connection, string queue, int prefetch, CancellationToken setup)
    {
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(queue, prefetch), setup).ConfigureAwait(false);
        return new ReplicaConsumer(consumer, new Settler(consumer, prefetch));
    }

    private async ValueTask CloseAsync(IBrokerConnection connection)
    {
        if (connection.Closed.IsCancellationRequested)
        {
            connection.Abort();
        }

        try
        {
            await connection.DisposeAsync().AsTask().WaitAsync(model.Reconnect.DisposeTimeout, clock.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            connection.Abort();
        }
        catch (BrokerException)
        {
            // It was on its way out anyway.
        }
    }

    private static BrokerException Lost(string why) => new(BrokerFault.Unreachable, $"The replica's life is over: {why}.");
}
