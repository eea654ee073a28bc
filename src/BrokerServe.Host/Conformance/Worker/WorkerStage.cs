using System.Globalization;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Worker;

/// <summary>What the checks of a worker can see and do.</summary>
internal sealed class WorkerStage : IAsyncDisposable
{
    /// <summary>A replica's last words may come by another queue than its replies.</summary>
    private static readonly TimeSpan LastReplies = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(5);

    private ISpeech _speech;
    private Presence _presence;
    private ulong _lastTicket;
    private bool _isGone;

    public WorkerStage(WorkerKit kit, WorkerSettings settings, Subject subject, TextWriter progress)
    {
        Kit = kit;
        Settings = settings;
        Progress = progress;
        Slow = new SlowWork(this);
        (Subject, _speech, _presence) = Take(subject);
    }

    public WorkerKit Kit { get; }

    public WorkerSettings Settings { get; }

    /// <summary>The replica that is checked; another after it died.</summary>
    public Subject Subject { get; private set; }

    /// <summary>Work that takes a while.</summary>
    public SlowWork Slow { get; }

    /// <summary>What people are told while it runs.</summary>
    public TextWriter Progress { get; }

    /// <summary>How the subject leaves.</summary>
    public Farewell Farewell => field ??= new Farewell(Kit.Roster.Count);

    /// <summary>Every query that was sent.</summary>
    public Journal<SentQuery> Sent { get; } = new();

    /// <summary>An ordinary query.</summary>
    public Query Ordinary => new(Settings.Ordinary);

    /// <summary>What the subject announced, in order.</summary>
    public HeardReplica[] Heard(int from = 0) => Array.FindAll(Kit.Roster.From(from), Subject.IsSender);

    /// <summary>Waits until the subject announces something that matches; null when it does not in time.</summary>
    public Task<HeardReplica?> HearAsync(int from, Func<ReplicaAnnouncement, bool> matches, TimeSpan patience, CancellationToken stopping) =>
        Kit.Roster.WaitAsync(from, heard => Subject.IsSender(heard) && matches(heard.Announcement!), patience, stopping);

    /// <summary>Sends one query, of the first router unless another is named.</summary>
    public async Task<SentQuery> SendAsync(Query query, CancellationToken stopping, KitRouter? router = null) =>
        (await SendAsync([query], stopping, router))[0];

    /// <summary>Sends queries, together where the dialect can.</summary>
    public async Task<IReadOnlyList<SentQuery>> SendAsync(IEnumerable<Query> queries, CancellationToken stopping, KitRouter? router = null)
    {
        router ??= Kit.First;
        var numbered = queries.Select(query => (Ticket: query.Ticket ?? NextTicket(), Query: query)).ToArray();
        var sent = Array.ConvertAll(numbered, asked => Note(asked.Query with { Ticket = asked.Ticket }, router));
        foreach (var message in _speech.Write(router, Subject.Queue, numbered))
        {
            await Kit.Stand.PublishAsync(message, stopping);
        }

        return sent;
    }

    /// <summary>A ticket that was not used yet.</summary>
    public ulong NextTicket() => ++_lastTicket;

    /// <summary>Takes note of a query that has a ticket, and is about to be sent.</summary>
    public SentQuery Note(Query query, KitRouter? router = null)
    {
        var ticket = query.Ticket!.Value.ToString(CultureInfo.InvariantCulture);
        var sent = new SentQuery(ticket, query, (router ?? Kit.First).ReplyKey, Kit.Replies.Count, TimeProvider.System.GetTimestamp());
        Sent.Add(sent);
        return sent;
    }

    /// <summary>Publishes a message as it is.</summary>
    public Task PublishAsync(OutboundMessage message, CancellationToken stopping) => Kit.Stand.PublishAsync(message, stopping);

    /// <summary>Gives a command to the subject.</summary>
    public Task CommandAsync(ReplicaCommand command, CancellationToken stopping) => Kit.CommandAsync(Subject.Queue, command.Encode(), stopping);

    /// <summary>Waits for the reply to a query; null when it does not come in time, or the replica is gone.</summary>
    public async Task<Reply?> AnswerAsync(SentQuery sent, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping, _presence.Gone);
        try
        {
            return await WaitAsync(sent, Settings.Timeout, over.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return await WaitAsync(sent, LastReplies, stopping);
        }
    }

    /// <summary>Whether the reply to a query has come where it was to come.</summary>
    public bool HasAnswer(SentQuery sent) =>
        Array.Exists(Kit.Replies.From(sent.Position), reply => reply.Id == sent.Id && reply.Queue == sent.ReplyKey);

    /// <summary>Looks until something is so, the replica is gone, or the time is over.</summary>
    public async Task UntilAsync(Func<bool> isSo, CancellationToken stopping)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(LookPeriod);
        while (!isSo() && !_presence.Gone.IsCancellationRequested && TimeProvider.System.GetElapsedTime(started) < Settings.Timeout)
        {
            await timer.WaitForNextTickAsync(stopping);
        }
    }

    /// <summary>Sends an ordinary query and waits for its answer.</summary>
    /// <param name="after">What came before it, for people.</param>
    /// <param name="stopping">Ends the run.</param>
    /// <param name="router">Whose query it is: what came before it to the same reply queue is known when it is answered.</param>
    /// <returns>Null when it was answered; else what to say of it.</returns>
    public async Task<string?> StillAnswersAsync(string after, CancellationToken stopping, KitRouter? router = null) =>
        await AnswerAsync(await SendAsync(Ordinary, stopping, router), stopping) is null ? Silence($"The query after {after}") : null;

    /// <summary>What to say of an answer that did not come.</summary>
    public string Silence(string what) => _presence.Gone.IsCancellationRequested
        ? $"{what} was not answered: the replica is gone."
        : $"{what} was not answered within {new Duration(Settings.Timeout)}.";

    /// <summary>Makes sure that there is a replica: that of before, or one of the same backend that came after it.</summary>
    /// <returns>Null when there is; else why there is not.</returns>
    public async Task<string?> ReadyAsync(CancellationToken stopping)
    {
        if (!_presence.Gone.IsCancellationRequested)
        {
            return null;
        }

        const string Gone = "The replica is gone, and no other of its backend came after it.";
        if (_isGone || Subject.Announcement is not { } said)
        {
            return Gone;
        }

        var next = await Kit.Roster.WaitAsync(
            _presence.RosterFrom,
            heard => heard.Announcement is { Kind: AnnouncementKind.Join or AnnouncementKind.Heartbeat } other
                && other.Backend == said.Backend && other.Replica != said.Replica,
            Settings.Timeout,
            stopping);
        if (next is null)
        {
            _isGone = true;
            return Gone;
        }

        await _presence.DisposeAsync();
        (Subject, _speech, _presence) = Take(Subject.Of(next.Announcement!));
        return null;
    }

    public ValueTask DisposeAsync() => _presence.DisposeAsync();

    private (Subject Subject, ISpeech Speech, Presence Presence) Take(Subject subject)
    {
        Kit.Subject = subject;
        ISpeech speech = subject.Kind == SubjectKinds.Framed ? new FramedSpeech() : new PlainSpeech(expires: subject.Kind == SubjectKinds.Static);
        return (subject, speech, new Presence(Kit, subject));
    }

    private Task<Reply?> WaitAsync(SentQuery sent, TimeSpan patience, CancellationToken cancellationToken) =>
        Kit.Replies.WaitAsync(sent.Position, reply => reply.Id == sent.Id && reply.Queue == sent.ReplyKey, patience, cancellationToken);
}
