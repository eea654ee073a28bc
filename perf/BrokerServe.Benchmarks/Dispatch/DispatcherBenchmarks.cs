using BenchmarkDotNet.Attributes;
using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Mailboxes;

namespace BrokerServe.Benchmarks.Dispatch;

/// <summary>The whole life of a request in the dispatcher: it arrives, is paired with a replica, the reply vacates the slot, credit returns.</summary>
public class DispatcherBenchmarks : AgainstChannel
{
    private readonly Mailbox<Mail> _mailbox = new();
    private readonly NodePool<PendingDelivery> _deliveries;
    private readonly NodePool<ReplyMail> _replyMail;
    private DispatchBench _idle = null!;
    private DispatchBench _busy = null!;
    private PendingDelivery _delivery = null!;

    public DispatcherBenchmarks()
    {
        _deliveries = new(() => new PendingDelivery(_deliveries!));
        _replyMail = new(() => new ReplyMail(_replyMail!));
    }

    [Params(1, 10, 100, 1_000)]
    public int Replicas { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        // Twice the room that a batch needs, and the default limit of a worker where that is more.
        _idle = new DispatchBench(Replicas, Math.Max(8, 2 * Batch / Replicas), Batch);

        // As much room as a batch needs, all of it taken, and half of the default bound waiting.
        var limit = (Batch + Replicas - 1) / Replicas;
        var requests = (limit * Replicas) + 500;
        _busy = new DispatchBench(Replicas, limit, requests + Batch);
        _busy.Fill(requests);
        _delivery = _deliveries.Rent();
    }

    /// <summary>Replicas have credit: a turn of arrivals, each dispatched at once, and a turn of replies.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int Life()
    {
        for (var i = 0; i < Batch; i++)
        {
            _idle.Arrive();
        }

        _idle.EndTurn();
        for (var i = 0; i < Batch; i++)
        {
            _idle.Reply();
        }

        return _idle.EndTurn();
    }

    /// <summary>Every replica is full and 500 wait: each reply dispatches the one that waited longest, each arrival waits.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int LifeInBacklog()
    {
        for (var i = 0; i < Batch; i++)
        {
            _busy.Reply();
            _busy.Arrive();
        }

        return _busy.EndTurn();
    }

    /// <summary>As <see cref="Life"/>, but each request and each reply passes through the mailbox, as it does in the dispatch loop.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int LifeThroughMailbox()
    {
        for (var i = 0; i < Batch; i++)
        {
            _mailbox.Post(_idle.NextRequest());
        }

        Turn();
        _idle.EndTurn();

        // The listener's own member does not end: the delivery counts as in production and is never settled, which is the transport's part.
        _delivery.Begin(null!, 1);
        for (var i = 0; i < Batch; i++)
        {
            _delivery.AddMember();
            var mail = _replyMail.Rent();
            mail.Fill(_idle.NextReply(), ReplyStatus.Ok, null, default, _delivery);
            _mailbox.Post(mail);
        }

        Turn();
        return _idle.EndTurn();
    }

    private void Turn()
    {
        while (_mailbox.TryTake(out var mail))
        {
            mail.Deliver(_idle.Dispatcher);
        }
    }
}
