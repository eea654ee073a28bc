using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Commands;

/// <summary>What has been read of a command so far: pairs come in any order, so its kind may be the last thing that is known.</summary>
internal struct CommandDraft
{
    private string? _kind;
    private string? _router;
    private uint? _incarnation;
    private uint? _epoch;
    private string? _replyKey;
    private Ticket[]? _tickets;
    private int? _maxConcurrent;
    private int? _maxBatchSize;
    private int? _batchWaitTimeoutMs;
    private string? _userConfig;

    public static bool TryReadPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref CommandDraft draft) => key switch
    {
        _ when key.SequenceEqual("kind"u8) => reader.TryReadName(out draft._kind),
        _ when key.SequenceEqual("router"u8) => reader.TryReadName(out draft._router),
        _ when key.SequenceEqual("incarnation"u8) => reader.TryReadUInt32(out draft._incarnation),
        _ when key.SequenceEqual("epoch"u8) => reader.TryReadUInt32(out draft._epoch),
        _ when key.SequenceEqual("reply_key"u8) => reader.TryReadQueueName(out draft._replyKey),
        _ when key.SequenceEqual("tickets"u8) => reader.TryReadTickets(out draft._tickets),
        _ when key.SequenceEqual("max_concurrent"u8) =>
            reader.TryReadInt32(1, AnnouncementLimits.MaxConcurrent, out draft._maxConcurrent),
        _ when key.SequenceEqual("max_batch_size"u8) =>
            reader.TryReadInt32(1, AnnouncementLimits.MaxConcurrent, out draft._maxBatchSize),
        _ when key.SequenceEqual("batch_wait_timeout_ms"u8) =>
            reader.TryReadInt32(0, AnnouncementLimits.MaxBatchWaitTimeoutMs, out draft._batchWaitTimeoutMs),
        _ when key.SequenceEqual("user_config"u8) => reader.TryReadString(out draft._userConfig),
        _ => reader.TrySkip(),
    };

    /// <summary>The command; null when its kind is unknown or something that it needs was not said.</summary>
    public readonly ReplicaCommand? ToCommand() => (_kind, _router) switch
    {
        ("sync", { } router) when _incarnation is { } incarnation && _epoch is { } epoch && _replyKey is { } replyKey =>
            new SyncCommand(router, incarnation, epoch, replyKey),
        ("fence", { } router) => new FenceCommand(router),
        ("cancel", { } router) when _tickets is { } tickets => new CancelCommand(router, tickets),
        ("configure", { } router) => new ConfigureCommand(router)
        {
            MaxConcurrent = _maxConcurrent,
            MaxBatchSize = _maxBatchSize,
            BatchWaitTimeoutMs = _batchWaitTimeoutMs,
            UserConfig = _userConfig,
        },
        _ => null,
    };
}
