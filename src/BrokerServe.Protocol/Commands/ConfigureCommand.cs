using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Commands;

/// <summary>The operator's settings for the backend; what is null stays with the worker's own.</summary>
/// <param name="Router">The router that speaks.</param>
public sealed record ConfigureCommand(string Router) : ReplicaCommand(Router)
{
    /// <summary>Queries to run at once, 1 to 10,000; the smaller of this and the worker's own counts.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>Queries in one batch, 1 to 10,000.</summary>
    public int? MaxBatchSize { get; init; }

    /// <summary>How long the first query of a batch waits for others, in milliseconds, 0 to 60,000.</summary>
    public int? BatchWaitTimeoutMs { get; init; }

    /// <summary>For the worker's reconfigure hook; opaque text (JSON by custom).</summary>
    public string? UserConfig { get; init; }

    private protected override int MaxFieldBytes => 128 + PackWriter.MaxTextBytes(UserConfig);

    private protected override void WriteFields(scoped ref PackWriter writer)
    {
        var said = (MaxConcurrent is null ? 0 : 1) + (MaxBatchSize is null ? 0 : 1) + (BatchWaitTimeoutMs is null ? 0 : 1);
        WriteStart(ref writer, "configure"u8, fields: said + (UserConfig is null ? 0 : 1));
        WriteNumber(ref writer, "max_concurrent"u8, MaxConcurrent);
        WriteNumber(ref writer, "max_batch_size"u8, MaxBatchSize);
        WriteNumber(ref writer, "batch_wait_timeout_ms"u8, BatchWaitTimeoutMs);
        if (UserConfig is not null)
        {
            writer.WriteText("user_config"u8);
            writer.WriteText(UserConfig);
        }
    }

    private static void WriteNumber(scoped ref PackWriter writer, ReadOnlySpan<byte> key, int? value)
    {
        if (value is { } said)
        {
            writer.WriteText(key);
            writer.WriteNatural(said);
        }
    }
}
