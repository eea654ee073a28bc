using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Transport;

namespace BrokerServe.Host.Control;

/// <summary>Hears which replicas there are.</summary>
internal static class ReplicaEar
{
    /// <summary>Listens until a replica is heard, or for as long as any that is there lets hear of itself at least once.</summary>
    /// <returns>The ids of all that were heard; none when the broker cannot be reached, which whoever asks next will say.</returns>
    public static async Task<IReadOnlyList<string>> ListenAsync(ControlJob job, string replica)
    {
        var names = new ObjectNames(job.Prefix);
        var ear = new Ear(replica);
        using var limit = new CancellationTokenSource(job.Timeout);
        try
        {
            await using var connection = await job.Broker.ConnectAsync("brokerserve control", limit.Token);
            if (!await connection.ExchangeExistsAsync(names.Replicas, limit.Token))
            {
                return []; // No router has ever run here.
            }

            var queue = $"{job.Prefix}.operator.{Guid.NewGuid():N}"; // As the permissions of operators and authors say.
            await connection.DeclareQueueAsync(new(queue) { Exclusive = true }, limit.Token);
            await connection.BindAsync(queue, names.Replicas, "", limit.Token);
            await using var consumer = await connection.OpenConsumerAsync(new(queue, ConsumerOptions.MaxPrefetch), limit.Token);
            await consumer.StartAsync(ear, limit.Token);
            await Task.WhenAny(ear.Heard, Task.Delay(AnnouncementLimits.DefaultLeaseMs, limit.Token));
        }
        catch (Exception ending) when (ending is BrokerException or OperationCanceledException)
        {
            // What follows needs the broker as well, and says what is wrong with it.
        }

        return ear.All;
    }

    private sealed class Ear(string replica) : IDeliveryHandler
    {
        private readonly Lock _lock = new();
        private readonly SortedSet<string> _all = new(StringComparer.Ordinal);
        private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Heard => _heard.Task;

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_lock)
                {
                    return [.. _all];
                }
            }
        }

        public void OnDelivery(in Delivery delivery)
        {
            if (ReplicaAnnouncement.TryDecode(delivery.Body, out var announcement) && announcement.Kind != AnnouncementKind.Leave)
            {
                lock (_lock)
                {
                    _all.Add(announcement.Replica);
                }

                if (announcement.Replica == replica)
                {
                    _heard.TrySetResult();
                }
            }
        }
    }
}
