using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>Reads the call block, which is the same in every frame that carries it.</summary>
internal static class CallBlock
{
    /// <summary>Payload, method, endpoint, content type, message id, app id, traceparent, tracestate, metadata.</summary>
    public const int Fields = 9;

    /// <summary>Payload, method, endpoint; what follows may be missing.</summary>
    private const int RequiredFields = 3;

    /// <summary>Reads one call; everything of the query that is not in the block stays at its default.</summary>
    public static bool TryRead(scoped ref PackReader reader, out QueryView call)
    {
        call = default;
        ReadOnlySpan<byte> contentType = default, messageId = default, appId = default;
        ReadOnlySpan<byte> traceParent = default, traceState = default, metadata = default;
        if (!reader.TryReadArrayHeader(out var fields) || fields < RequiredFields
            || !reader.TryReadOptionalBinary(out var payload)
            || !reader.TryReadOptionalText(out var method)
            || !reader.TryReadText(out var endpoint) || !Names.IsValidUtf8(endpoint)
            || (fields > 3 && !reader.TryReadOptionalText(out contentType))
            || (fields > 4 && !reader.TryReadOptionalText(out messageId))
            || (fields > 5 && !reader.TryReadOptionalText(out appId))
            || (fields > 6 && !reader.TryReadOptionalText(out traceParent))
            || (fields > 7 && !reader.TryReadOptionalText(out traceState))
            || (fields > 8 && !MetadataBlock.TryRead(ref reader, out metadata))
            || (fields > Fields && !reader.TrySkip(fields - Fields)))
        {
            return false;
        }

        call = new QueryView
        {
            Payload = payload,
            Method = method,
            Endpoint = endpoint,
            ContentType = contentType,
            MessageId = messageId,
            AppId = appId,
            TraceParent = traceParent,
            TraceState = traceState,
            MetadataBlock = metadata,
        };
        return true;
    }
}
