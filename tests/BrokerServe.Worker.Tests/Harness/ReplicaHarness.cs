using BrokerServe.Protocol;
using BrokerServe.Worker.Handlers;
using BrokerServe.Worker.Replies;
using BrokerServe.Worker.Running;
using BrokerServe.Worker.Scheduling;
using BrokerServe.Worker.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BrokerServe.Worker.Tests.Harness;

/// <summary>A replica's decisions without anything around them: the test is the clock, the routers and the handlers.</summary>
internal sealed class ReplicaHarness
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
    private readonly WorkerClock _clock;
    private readonly Outcomes _outcomes = new(() => 1_000_000);
    private readonly List<Work> _running = [];

    public ReplicaHarness(int limit = 8, Action<BrokerServeWorkerOptions>? configure = null)
    {
        var options = new BrokerServeWorkerOptions { MaxConcurrentQueries = limit };
        options.HandleRaw(query => query.Echo());
        configure?.Invoke(options);
        _clock = new WorkerClock(_time);
        var model = new WorkerModel("greet-v1", options);
        Services = new ServiceCollection().BuildServiceProvider();
        var environment = new QueryEnvironment(
            "greet-v1", model.Codec, Services.GetRequiredService<IServiceScopeFactory>(), _clock, new WorkerMetrics(), NullLogger.Instance);
        Scheduler = new ReplicaScheduler(model.Handlers, environment, model);
        Lives("replica-1");
    }

    public ReplicaScheduler Scheduler { get; }

    public ServiceProvider Services { get; }

    public Moment Now => _clock.Now;

    /// <summary>Everything that was said and not yet looked at, in order.</summary>
    public List<Outgoing> Said { get; } = [];

    /// <summary>Work that was started and not yet looked at.</summary>
    public List<Work> Starts { get; } = [];

    /// <summary>Work whose token was to fire and that was not yet looked at.</summary>
    public List<Work> Cancels { get; } = [];

    public List<DiscardReason> Discards { get; } = [];

    public string? UserConfig { get; private set; }

    public bool HasLeft { get; private set; }

    public ScriptedRouter Router(string id = "router-a") => new(this, id);

    public void Lives(string replica)
    {
        Scheduler.BeginLife(replica, Now.Ms);
        Turn();
    }

    public void Dies()
    {
        Scheduler.EndLife();
        Collect();
    }

    /// <summary>Ends the turn, and collects what was decided.</summary>
    public void Turn()
    {
        Scheduler.Turn(Now.Ms);
        Collect();
    }

    /// <summary>Lets time pass to the next thing that is due, again and again, until so much has passed.</summary>
    public void Passes(long milliseconds)
    {
        var end = Now.Ms + milliseconds;
        while (Now.Ms < end)
        {
            var next = Math.Clamp(Scheduler.NextMs, Now.Ms, end);
            _time.Advance(TimeSpan.FromMilliseconds(Math.Max(next - Now.Ms, next == end ? 0 : 1)));
            Turn();
        }
    }

    /// <summary>Tickets of the queries that were started since this was last asked, batch by batch.</summary>
    public ulong[][] TakeStarts()
    {
        var started = Starts.ConvertAll(TicketsOf);
        Starts.Clear();
        return [.. started];
    }

    /// <summary>Tickets whose own tokens fired since this was last asked.</summary>
    public ulong[] TakeCancels()
    {
        var fired = Cancels.OfType<HeldQuery>().Select(query => query.Ticket.Value).ToArray();
        Cancels.Clear();
        return fired;
    }

    /// <summary>Replies since this was last asked.</summary>
    public (ulong Ticket, ReplyStatus Status)[] TakeReplies()
    {
        var replies = Said.Where(said => said.Kind == OutgoingKind.Reply).Select(said => (said.Ticket.Value, said.Status)).ToArray();
        Said.RemoveAll(said => said.Kind == OutgoingKind.Reply);
        return replies;
    }

    /// <summary>The error body of the last reply that is still there.</summary>
    public ErrorBody LastError()
    {
        var reply = Said.Last(said => said.Kind == OutgoingKind.Reply);
        Assert.Equal(ContentTypes.Error, reply.ContentType);
        Assert.True(ErrorBody.TryDecode(reply.Payload.Span, out var error));
        return error;
    }

    /// <summary>A running handler ends well.</summary>
    public void Ends(ulong ticket) => Ends(ticket, query => _outcomes.Of(query.Context.Echo()));

    /// <summary>A running handler throws.</summary>
    public void Throws(ulong ticket, Exception exception) => Ends(ticket, _ => _outcomes.Of(exception));

    /// <summary>The running work that a ticket is in.</summary>
    public Work Running(ulong ticket) => _running.Single(work => TicketsOf(work).Contains(ticket));

    private void Ends(ulong ticket, Func<HeldQuery, Outcome> outcome)
    {
        var work = Running(ticket);
        _running.Remove(work);
        foreach (var query in MembersOf(work))
        {
            query.Outcome = outcome(query);
        }

        Scheduler.Ended(work);
        Turn();
    }

    private void Collect()
    {
        var outbox = Scheduler.Outbox;
        Starts.AddRange(outbox.Starts);
        _running.AddRange(outbox.Starts);
        Cancels.AddRange(outbox.Cancels);
        Said.AddRange(outbox.Outgoing);
        Discards.AddRange(outbox.Discards);
        UserConfig = outbox.UserConfig ?? UserConfig;
        HasLeft |= outbox.HasLeft;
        outbox.Clear();
    }

    private static ulong[] TicketsOf(Work work) => [.. MembersOf(work).Select(query => query.Ticket.Value)];

    private static IEnumerable<HeldQuery> MembersOf(Work work) => work is Batch batch ? batch.Members : [(HeldQuery)work];
}
