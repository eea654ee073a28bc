using System.Collections.Concurrent;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BrokerServe.Faults.Tests.Strangers;

/// <summary>A replica in the plain dialect that does with its queries what the test likes.</summary>
internal sealed class StrangeWorker : Stranger
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly string _backend;
    private readonly int _limit;
    private readonly string _name = $"stranger-{Guid.NewGuid():N}"[..20];
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<IReadOnlyBasicProperties> _queries = [];
    private Task _beating = Task.CompletedTask;

    private StrangeWorker(Scene scene, string backend, int limit)
        : base(scene.Prefix) => (_backend, _limit) = (backend, limit);

    /// <summary>Queries that have come, in order.</summary>
    public IReadOnlyList<IReadOnlyBasicProperties> Queries => [.. _queries];

    protected override string Queue => Names.ReplicaQueue(_backend, _name);

    public static async Task<StrangeWorker> StartAsync(Scene scene, string backend, int limit)
    {
        var worker = new StrangeWorker(scene, backend, limit);
        await worker.ConnectAsync(scene.Broker);
        await worker.AnnounceAsync(AnnouncementKind.Join);
        worker._beating = worker.BeatAsync();
        return worker;
    }

    /// <summary>The query of a number, from 0 on, when it has come.</summary>
    public async Task<IReadOnlyBasicProperties> QueryAsync(int number)
    {
        await Patience.UntilAsync(() => _queries.Count > number, () => $"query {number} comes to the worker");
        return _queries.ElementAt(number);
    }

    public Task AnswerAsync(IReadOnlyBasicProperties query, byte[] body) =>
        SendAsync("", query.ReplyTo!, new BasicProperties { CorrelationId = query.CorrelationId, Type = "ok" }, body);

    /// <summary>Says that it leaves, and stops saying that it is there.</summary>
    public async Task LeaveAsync()
    {
        await _ending.CancelAsync();
        await _beating;
        await AnnounceAsync(AnnouncementKind.Leave);
    }

    protected override Task HearAsync(BasicDeliverEventArgs message)
    {
        if (message.BasicProperties.ContentType != ContentTypes.Command)
        {
            _queries.Enqueue(new BasicProperties(message.BasicProperties));
        }

        return Task.CompletedTask;
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Beat);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                await AnnounceAsync(AnnouncementKind.Heartbeat);
            }
        }
        catch (OperationCanceledException)
        {
            // It leaves.
        }
    }

    private Task AnnounceAsync(AnnouncementKind kind) => SendAsync(Names.Replicas, "", new BasicProperties { ContentType = ContentTypes.Announcement },
        new ReplicaAnnouncement(kind, _backend, _name, Queue) { Dialect = Dialect.Plain, MaxConcurrent = _limit, LeaseMs = 10_000 }.Encode());
}
