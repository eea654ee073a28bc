using System.Diagnostics.CodeAnalysis;
using System.Text;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol;

/// <summary>The body of an error reply: a MessagePack map of <c>code</c>, <c>message</c>, <c>retryable</c> and <c>detail</c>.</summary>
/// <param name="Status">How the call ended; never <see cref="ReplyStatus.Ok"/>.</param>
/// <param name="Message">One sentence for people, saying what to do where that is known.</param>
/// <param name="Retryable">Whether the same call may sensibly and safely be made again: see <see cref="ReplyStatuses.IsRetryable"/>.</param>
/// <param name="Detail">
/// Further facts by name, such as <c>retry_after_ms</c>, <c>type</c>, <c>stack_trace</c>; null or empty when there are none.
/// </param>
public sealed record ErrorBody(ReplyStatus Status, string Message, bool Retryable, IReadOnlyDictionary<string, string>? Detail = null)
{
    /// <summary>Most facts in <see cref="Detail"/>, the same as for metadata. What is beyond is neither written nor read.</summary>
    public const int MaxDetails = MetadataLimits.MaxEntries;

    /// <summary>The name in <see cref="Detail"/> under which a code is kept that this version does not know.</summary>
    public const string UnknownCodeDetail = "code";

    /// <summary>The name in <see cref="Detail"/> under which a router says, with <see cref="CopyKept"/>, that a copy of the request is in the
    /// dead queue. Only of <see cref="ReplyStatus.ReplicaLost"/>; not said when there is none, or nobody knows.</summary>
    public const string CopyDetail = "copy";

    /// <summary>The broker has confirmed the copy.</summary>
    public const string CopyKept = "kept";

    /// <summary>The bytes.</summary>
    public byte[] Encode()
    {
        var details = Math.Min(Detail?.Count ?? 0, MaxDetails);
        var bytes = new byte[MaxEncodedBytes()];
        var writer = new PackWriter(bytes);
        writer.WriteMapHeader(details == 0 ? 3 : 4);
        writer.WriteText("code"u8);
        writer.WriteText(Status.Name());
        writer.WriteText("message"u8);
        writer.WriteText(Message);
        writer.WriteText("retryable"u8);
        writer.WriteBoolean(Retryable);
        if (details > 0)
        {
            writer.WriteText("detail"u8);
            writer.WriteMapHeader(details);
            foreach (var (name, value) in Detail!)
            {
                if (details-- == 0)
                {
                    break;
                }

                writer.WriteText(name);
                writer.WriteText(value);
            }
        }

        return bytes[..writer.Length];
    }

    /// <summary>Reads what <see cref="Encode"/> wrote, in this or another language.</summary>
    /// <remarks>
    /// A code that this version does not know becomes <see cref="ReplyStatus.Internal"/>, with its name in <see cref="Detail"/>; what was
    /// not said of <see cref="Retryable"/> is answered by the code. Details that are not text are left out.
    /// </remarks>
    /// <returns>False when the bytes are malformed, name no code, or name <c>ok</c>. Never throws.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ErrorBody? error)
    {
        error = null;
        var reader = new PackReader(body);
        var draft = default(Draft);
        if (!reader.TryReadMap(ref draft, TryReadPair) || !reader.IsAtEnd || draft.Code is not { } code)
        {
            return false;
        }

        if (!ReplyStatuses.TryParse(code, out var status))
        {
            draft.Detail ??= new Dictionary<string, string>(StringComparer.Ordinal);
            draft.Detail[UnknownCodeDetail] = code;
        }

        if (status == ReplyStatus.Ok)
        {
            return false;
        }

        error = new ErrorBody(status, draft.Message ?? "", draft.Retryable ?? status.IsRetryable(), draft.Detail);
        return true;
    }

    private int MaxEncodedBytes()
    {
        // The keys take 30 bytes, the headers of the maps 6, the boolean 1.
        var bytes = 64 + PackWriter.MaxTextBytes(Status.Name()) + PackWriter.MaxTextBytes(Message);
        if (Detail is not null)
        {
            foreach (var (name, value) in Detail)
            {
                bytes += PackWriter.MaxTextBytes(name) + PackWriter.MaxTextBytes(value);
            }
        }

        return bytes;
    }

    private static bool TryReadPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref Draft draft) => key switch
    {
        _ when key.SequenceEqual("code"u8) => reader.TryReadString(out draft.Code),
        _ when key.SequenceEqual("message"u8) => reader.TryReadString(out draft.Message),
        _ when key.SequenceEqual("retryable"u8) => reader.TryReadBoolean(out draft.Retryable),
        _ when key.SequenceEqual("detail"u8) => TryReadDetail(ref reader, out draft.Detail),
        _ => reader.TrySkip(),
    };

    private static bool TryReadDetail(scoped ref PackReader reader, out Dictionary<string, string>? detail)
    {
        detail = new Dictionary<string, string>(StringComparer.Ordinal);
        return reader.TryReadMap(ref detail, TryReadFact);
    }

    private static bool TryReadFact(scoped ref PackReader reader, ReadOnlySpan<byte> name, ref Dictionary<string, string> detail)
    {
        if (!reader.IsTextNext || detail.Count == MaxDetails)
        {
            return reader.TrySkip();
        }

        var sound = reader.TryReadString(out var value);
        detail[Encoding.UTF8.GetString(name)] = value ?? "";
        return sound;
    }

    /// <summary>What has been read so far.</summary>
    private struct Draft
    {
        public string? Code;
        public string? Message;
        public bool? Retryable;
        public Dictionary<string, string>? Detail;
    }
}
