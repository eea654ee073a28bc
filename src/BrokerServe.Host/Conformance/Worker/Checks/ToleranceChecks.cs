using BrokerServe.Host.Conformance.Reading;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Worker.Checks;

/// <summary>That a replica lives with what it does not know, and with what is broken.</summary>
internal static class ToleranceChecks
{
    private static readonly byte[] Garbage = [0xc1, 0xff, 0x00];

    public static IReadOnlyList<WorkerCheck> All { get; } =
    [
        new(
            SubjectKinds.Static | SubjectKinds.Plain, "later-version", Paragraph.Versions,
            "Headers that it does not know change nothing.",
            AskOfLaterAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.Framed, "later-version", Paragraph.Versions,
            "Fields that it does not know, at the end of arrays, change nothing.",
            AskOfLaterAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.All, "metadata", Paragraph.PlainDialect,
            "A query with metadata and trace context is answered as any other.",
            AskWithMetadataAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.Announcing, "empty-payload", Paragraph.Serve,
            "A query with an empty payload is answered.",
            AskEmptyAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.Announcing, "large-payload", Paragraph.Limits,
            "A query with a large payload is answered.",
            AskLargeAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.Announcing, "unknown-command", Paragraph.Commands,
            "A command of a kind that it does not know is passed over.",
            CommandUnknownAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.Announcing, "broken-command", Paragraph.ReadingMessagePack,
            "A command that cannot be read is dropped.",
            CommandBrokenAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.Announcing, "broken-announcement", Paragraph.ReadingMessagePack,
            "An announcement of a router that cannot be read is dropped.",
            AnnounceBrokenAsync)
        {
            Needs = [AnswerChecks.Answers, AnnouncementChecks.JoinAgain],
        },
        new(
            SubjectKinds.Framed, "broken-frame", Paragraph.ReadingMessagePack,
            "A frame that cannot be read is dropped.",
            SendBrokenAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.Framed, "half-frame", Paragraph.QueryFrames,
            "A frame that turns out broken in the middle is served up to there.",
            SendHalfAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
    ];

    private static Task<Outcome> AskOfLaterAsync(WorkerStage stage, CancellationToken stopping) =>
        IsAnsweredAsync(stage, stage.Ordinary with { IsOfLaterVersion = true }, "A query as a later version of the protocol may write it", stopping);

    private static Task<Outcome> AskWithMetadataAsync(WorkerStage stage, CancellationToken stopping) =>
        IsAnsweredAsync(stage, stage.Ordinary with { HasMetadata = true }, "A query with metadata", stopping);

    private static Task<Outcome> AskEmptyAsync(WorkerStage stage, CancellationToken stopping) =>
        IsAnsweredAsync(stage, new Query(stage.Settings.Ordinary with { Payload = [] }), "A query without a payload", stopping);

    private static Task<Outcome> AskLargeAsync(WorkerStage stage, CancellationToken stopping)
    {
        // As MessagePack it is one text: five bytes say so, and how long it is.
        var payload = new byte[stage.Settings.LargeBytes];
        Array.Fill(payload, (byte)'x');
        if (stage.Settings.Ordinary.ContentType == ContentTypes.MessagePack)
        {
            payload[0] = 0xdb;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(1), payload.Length - 5);
        }

        var query = new Query(stage.Settings.Ordinary with { Payload = payload });
        return IsAnsweredAsync(stage, query, $"A query with a payload of {payload.Length} bytes", stopping);
    }

    // The same answer as to an ordinary one cannot be asked for: a handler may answer each with something else. That there is one can.
    private static async Task<Outcome> IsAnsweredAsync(WorkerStage stage, Query query, string what, CancellationToken stopping) =>
        await stage.AnswerAsync(await stage.SendAsync(query, stopping), stopping) is { } reply
            ? Outcome.Pass(reply.IsOk ? null : $"With {reply.Code}.")
            : Outcome.Fail(stage.Silence(what));

    private static async Task<Outcome> CommandUnknownAsync(WorkerStage stage, CancellationToken stopping)
    {
        var command = PackMap.Of(("kind", "rebalance"), ("router", stage.Kit.First.Name), ("weight", 1.5), ("zones", new object[] { "a", 7 }));
        await stage.Kit.CommandAsync(stage.Subject.Queue, command, stopping);
        return await GoesOnAsync(stage, "a command of an unknown kind", stopping);
    }

    private static async Task<Outcome> CommandBrokenAsync(WorkerStage stage, CancellationToken stopping)
    {
        foreach (var command in new[] { Garbage, [], PackMap.Of(("router", stage.Kit.First.Name)), PackMap.Of(("kind", 7)) })
        {
            await stage.Kit.CommandAsync(stage.Subject.Queue, command, stopping);
        }

        return await GoesOnAsync(stage, "commands that cannot be read", stopping);
    }

    private static async Task<Outcome> AnnounceBrokenAsync(WorkerStage stage, CancellationToken stopping)
    {
        var (name, key) = (stage.Kit.First.Name, stage.Kit.First.ReplyKey);
        foreach (var announcement in new[]
        {
            Garbage,
            [],
            PackMap.Of(("kind", "heartbeat")),
            PackMap.Of(("kind", "pondering"), ("router", name), ("epoch", 1), ("reply_key", key)),
            PackMap.Of(("kind", "heartbeat"), ("router", name), ("epoch", 1.5), ("reply_key", key)),
        })
        {
            await stage.Kit.AnnounceAsync(announcement, stopping);
        }

        // They may come by another way than queries: what follows them on it shows that it goes on there, too.
        var joined = await AnnouncementChecks.JoinAsync(stage, stage.Kit.First, stopping);
        return joined.Verdict != Verdict.Passed ? joined : await GoesOnAsync(stage, "announcements that cannot be read", stopping);
    }

    private static async Task<Outcome> SendBrokenAsync(WorkerStage stage, CancellationToken stopping)
    {
        var router = stage.Kit.First;
        var whole = FramedSpeech.Frame(router, []);
        byte[][] frames =
        [
            Garbage,
            [],
            whole[..(whole.Length / 2)],
            [.. whole, 0x01],
            PackMap.Of(("version", 1)),
            [0x96, 0x00, .. whole[2..]], // Version 0 is none.
        ];
        foreach (var frame in frames)
        {
            await stage.PublishAsync(FramedSpeech.Message(stage.Subject.Queue, frame), stopping);
        }

        var hello = new MessageProperties { ContentType = "text/plain" };
        await stage.PublishAsync(new OutboundMessage("", stage.Subject.Queue, Mandatory: false, hello, "hello"u8.ToArray()), stopping);
        return await GoesOnAsync(stage, "messages that cannot be read", stopping);
    }

    private static async Task<Outcome> SendHalfAsync(WorkerStage stage, CancellationToken stopping)
    {
        // Two queries; the bytes end within the second.
        var tickets = new[] { stage.NextTicket(), stage.NextTicket() };
        var first = FramedSpeech.Frame(stage.Kit.First, [(tickets[0], stage.Ordinary)]);
        var frame = FramedSpeech.Frame(stage.Kit.First, [(tickets[0], stage.Ordinary), (tickets[1], stage.Ordinary)]);
        var sent = stage.Note(stage.Ordinary with { Ticket = tickets[0] });
        await stage.PublishAsync(FramedSpeech.Message(stage.Subject.Queue, frame[..(first.Length + 4)]), stopping);
        return await stage.AnswerAsync(sent, stopping) is null ? Outcome.Fail(stage.Silence("The first query of a frame that is broken behind it"))
            : await GoesOnAsync(stage, "half a frame", stopping);
    }

    private static async Task<Outcome> GoesOnAsync(WorkerStage stage, string after, CancellationToken stopping) =>
        await stage.StillAnswersAsync(after, stopping) is { } silence ? Outcome.Fail(silence) : Outcome.Pass();
}
