using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Client.Calls;

/// <summary>Finds what is wrong with a call before anything of it is sent.</summary>
internal static class RequestCheck
{
    // Short strings of AMQP 0-9-1, and the names in header tables.
    private const int MaxShortBytes = BrokerLimits.MaxShortStringBytes;
    private static readonly int MaxNameBytes = MaxShortBytes - HeaderNames.MetadataPrefix.Length;

    /// <summary>How the call ends at once; null when it may be sent.</summary>
    public static CallOutcome? Find(
        string endpoint, int bodyBytes, InvokeOptions options, BrokerServeClientOptions client, BrokerLimits limits)
    {
        if (!Names.IsValid(endpoint))
        {
            return Bad(
                $"'{endpoint}' cannot be an endpoint's name: 1 to {Names.MaxLength} of A-Z a-z 0-9 _ . -, beginning with a letter, a digit or _.");
        }

        if (bodyBytes > limits.MaxBodyBytes)
        {
            return CallOutcome.Local(
                ReplyStatus.PayloadTooLarge, $"The payload has {bodyBytes} bytes; the broker takes at most {limits.MaxBodyBytes}.");
        }

        if (options.Timeout is { } timeout && (timeout <= TimeSpan.Zero || timeout > BrokerServeClientOptions.MaxTimeout))
        {
            return Bad($"The timeout is {timeout}; it must be above zero and at most {BrokerServeClientOptions.MaxTimeout}.");
        }

        if (options.Priority is < 0 or > 9)
        {
            return Bad($"The priority is {options.Priority}; it must be 0 to 9.");
        }

        return FindTooLong("method", options.Method)
            ?? FindTooLong("message id", options.MessageId)
            ?? FindTooLong("content type", options.ContentType)
            ?? FindBadMetadata(options, client.MaxMetadataBytes);
    }

    private static CallOutcome? FindTooLong(string what, string? text) =>
        text is not null && text.Length * 3 > MaxShortBytes && Encoding.UTF8.GetByteCount(text) > MaxShortBytes
            ? Bad($"The {what} has {Encoding.UTF8.GetByteCount(text)} bytes of UTF-8; it may have {MaxShortBytes}.")
            : null;

    private static CallOutcome? FindBadMetadata(InvokeOptions options, int budget)
    {
        // The shard key is no metadata, but travels in the same header table and is bounded with it.
        var bytes = options.ShardKey is { } key ? Encoding.UTF8.GetByteCount(key) : 0;
        if (options.Metadata is { } metadata)
        {
            if (metadata.Count > MetadataLimits.MaxEntries)
            {
                return Bad($"The metadata has {metadata.Count} entries; it may have {MetadataLimits.MaxEntries}.");
            }

            foreach (var (name, value) in metadata)
            {
                var nameBytes = Encoding.UTF8.GetByteCount(name);
                if (nameBytes == 0 || nameBytes > MaxNameBytes)
                {
                    return Bad($"A name in the metadata has {nameBytes} bytes of UTF-8; it may have 1 to {MaxNameBytes}.");
                }

                if (value is null)
                {
                    return Bad($"The metadata '{name}' has no value; leave it out, or give it a text.");
                }

                // Counted as routers count it: with the prefix.
                bytes += nameBytes + HeaderNames.MetadataPrefix.Length + Encoding.UTF8.GetByteCount(value);
            }
        }

        return bytes > budget
            ? Bad($"Metadata and shard key have {bytes} bytes; MaxMetadataBytes allows {budget}.")
            : null;
    }

    private static CallOutcome Bad(string reason) => CallOutcome.Local(ReplyStatus.BadRequest, reason);
}
