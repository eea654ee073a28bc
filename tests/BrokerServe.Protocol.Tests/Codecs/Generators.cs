using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Protocol.Control;
using BrokerServe.Protocol.Reports;
using CsCheck;

namespace BrokerServe.Protocol.Tests.Codecs;

/// <summary>What the messages of this protocol are made of, at random. CsCheck prints the seed of a failure.</summary>
internal static class Generators
{
    private const string NameStart = "ABCXYZabcxyz0189_";

    public static Gen<string> Name { get; } =
        Gen.Select(Gen.Char[NameStart], Gen.String[Gen.Char[NameStart + ".-"], 0, Names.MaxLength - 1], (first, rest) => first + rest);

    /// <summary>Whole Unicode text: of one, two, three and four bytes, and of lengths on both sides of 31, 255 and 65,535.</summary>
    public static Gen<string> Text { get; } =
        Gen.OneOf("a", "é", "日", "🦊", "\0", "\"")
            .SelectMany(piece => Gen.Frequency((30, Gen.Int[0, 40]), (10, Gen.Int[250, 260]), (1, Gen.Int[65_530, 65_540]))
                .Select(count => string.Concat(Enumerable.Repeat(piece, count))));

    public static Gen<string> ShortText { get; } =
        Gen.OneOf("a", "é", "日", "🦊", " ").Array[0, 60].Select(string.Concat);

    public static Gen<string?> OptionalText { get; } = Gen.OneOf(ShortText.Select(text => (string?)text), Gen.Const((string?)null));

    public static Gen<string> QueueName { get; } = ShortText.Where(text => text.Length > 0 && text.Length < 64);

    public static Gen<byte[]> Payload { get; } =
        Gen.Frequency((30, Gen.Int[0, 40]), (10, Gen.Int[250, 260]), (1, Gen.Int[65_530, 65_540])).SelectMany(length => Gen.Byte.Array[length]);

    public static Gen<Ticket> Ticket { get; } = Gen.ULong.Select(value => new Ticket(value));

    public static Gen<KeyValuePair<string, string>[]> Metadata { get; } =
        Gen.Select(ShortText, ShortText).Array[0, 20]
            .Select(entries => entries.DistinctBy(entry => entry.Item1).Select(entry => KeyValuePair.Create(entry.Item1, entry.Item2)).ToArray());

    public static Gen<int> Lease { get; } = Gen.Int[AnnouncementLimits.MinLeaseMs, AnnouncementLimits.MaxLeaseMs];

    public static Gen<ReplicaAnnouncement> ReplicaAnnouncement { get; } =
        Gen.Select(Gen.Enum<AnnouncementKind>(), Name, Name, QueueName, Gen.Enum<Dialect>(), Gen.Int[1, 10_000], Lease, Gen.Int[0, int.MaxValue])
            .Select((kind, backend, replica, queue, dialect, concurrent, lease, held) => new ReplicaAnnouncement(kind, backend, replica, queue)
            {
                Dialect = dialect, MaxConcurrent = concurrent, LeaseMs = lease, Held = held, Version = 1 + (held % 3),
            });

    public static Gen<RouterAnnouncement> RouterAnnouncement { get; } =
        Gen.Select(Gen.OneOf(AnnouncementKind.Join, AnnouncementKind.Heartbeat, AnnouncementKind.Leave), Name, Gen.UInt, QueueName, Lease)
            .Select((kind, router, epoch, key, lease) => new RouterAnnouncement(kind, router, epoch, key) { LeaseMs = lease });

    public static Gen<ReplicaCommand> Command { get; } = Gen.OneOf<ReplicaCommand>(
        Gen.Select(Name, Gen.UInt, Gen.UInt, QueueName).Select((router, incarnation, epoch, key) =>
            (ReplicaCommand)new SyncCommand(router, incarnation, epoch, key)),
        Name.Select(router => (ReplicaCommand)new FenceCommand(router)),
        Gen.Select(Name, Ticket.Array[0, 50]).Select((router, tickets) => (ReplicaCommand)new CancelCommand(router, tickets)),
        Gen.Select(Name, Gen.Int[1, 10_000].Nullable(), Gen.Int[1, 10_000].Nullable(), Gen.Int[0, 60_000].Nullable(), OptionalText)
            .Select((router, concurrent, size, wait, config) => (ReplicaCommand)new ConfigureCommand(router)
            {
                MaxConcurrent = concurrent, MaxBatchSize = size, BatchWaitTimeoutMs = wait, UserConfig = config,
            }));

    public static Gen<HeldReport> HeldReport { get; } = Gen.Select(Name, Gen.UInt, Ticket.Array[0, 50])
        .Select((replica, incarnation, tickets) => new HeldReport(replica, incarnation, tickets));

    private static Gen<KeyValuePair<string, long>[]> Counts { get; } =
        Gen.Select(Name, Gen.Long[0, long.MaxValue]).Select((name, count) => new KeyValuePair<string, long>(name, count)).Array[0, 5];

    private static Gen<LatencyCount[]> Times { get; } =
        Gen.Select(Gen.Int[0, LatencyBuckets.Count - 1], Gen.Long[0, long.MaxValue]).Select((bucket, count) => new LatencyCount(bucket, count)).Array[0, 20];

    private static Gen<EndpointWork> EndpointWork { get; } = Gen.Select(Name, Gen.Long[0, long.MaxValue], Counts, Times, Counts, Counts)
        .Select((name, requests, errors, times, traffic, shadow) => new EndpointWork(name)
        {
            Requests = requests, Errors = errors, Times = times, Traffic = traffic, Shadow = shadow,
        });

    private static Gen<BackendWork> BackendWork { get; } = Gen.Select(
            Name,
            Gen.Long[0, long.MaxValue],
            Times,
            Gen.Select(Name, Gen.Enum<ReplicaPhase>().Where(phase => phase != ReplicaPhase.Unknown), Gen.Int[0, int.MaxValue], Gen.Long[0, long.MaxValue])
                .Select((name, phase, some, many) => new ReplicaWork(name, phase, some, some / 3, many, many / 7)).Array[0, 5])
        .Select((name, many, times, replicas) => new BackendWork(name)
        {
            Queries = many, Replies = many / 2, Errors = many / 3, Times = times, Replicas = replicas,
        });

    public static Gen<QueueLengthReport> WorkReport { get; } = Gen.Select(
            Name, OptionalText, Gen.Long[0, TimeLimits.MaxDeadlineUnixMs].Nullable(), EndpointWork.Array[0, 4], BackendWork.Array[0, 4])
        .Select((router, software, number, endpoints, work) => new QueueLengthReport(router, 1, 1, [])
        {
            Software = software, StartedUnixMs = number, BufferedBytes = number * 2, Endpoints = endpoints, Work = work,
        });

    public static Gen<QueueLengthReport> QueueLengthReport { get; } =
        Gen.Select(
                Name,
                Gen.Long[0, TimeLimits.MaxDeadlineUnixMs],
                Gen.Int[0, int.MaxValue],
                Gen.Select(Name, Gen.Int[0, int.MaxValue], Gen.Int[0, 300])
                    .Select((name, queued, some) => new BackendLength(name, queued, some, queued / 2, some)).Array[0, 20])
            .Select((router, time, valid, backends) => new QueueLengthReport(router, time, valid, backends));

    public static Gen<long> Natural { get; } = Gen.Frequency((5, Gen.Long[0, 300]), (1, Gen.Long[0, 1L << 53]));

    public static Gen<ControlEntry> ControlEntry { get; } = Gen.OneOf<ControlEntry>(
        Gen.Select(Name, Gen.Select(Name, Name, Natural, OptionalText).Array[1, 8], Text, Gen.Long[0, TimeLimits.MaxDeadlineUnixMs], ShortText)
            .Select((id, edits, author, time, note) => (ControlEntry)new ControlChange(
                id, [.. edits.DistinctBy(edit => (edit.Item1, edit.Item2)).Select(edit => new ControlEdit(edit.Item1, edit.Item2, edit.Item3, edit.Item4))])
            {
                Author = author, TimeUnixMs = time, Note = note,
            }),
        Name.Select(id => (ControlEntry)new ControlFence(id)),
        Natural.Select(offset => (ControlEntry)new ControlMark(offset)),
        Gen.Select(
                Natural,
                Gen.Select(Natural, Natural),
                Gen.Select(Name, Name, Natural, OptionalText).Select((kind, name, version, value) => new ControlObject(kind, name, version, value)).Array[0, 20],
                Gen.Select(Name, Natural).Select((id, version) => new ControlVerdict(id, version)).Array[0, 20])
            .Select((offset, numbers, objects, verdicts) => (ControlEntry)new ControlSnapshot(offset, numbers.Item1, numbers.Item2, objects, verdicts)));

    public static Gen<ErrorBody> ErrorBody { get; } =
        Gen.Select(Gen.Enum<ReplyStatus>().Where(status => status != ReplyStatus.Ok), Text, Gen.Bool, Metadata)
            .Select((status, message, retryable, detail) => new ErrorBody(
                status, message, retryable, detail.Length == 0 ? null : new Dictionary<string, string>(detail)));
}
