using System.Globalization;
using System.Text;
using BrokerServe.Protocol.Frames;
using BrokerServe.Protocol.Pack;
using BrokerServe.Protocol.Tests.Golden;
using BrokerServe.Protocol.Tests.Pack;
using CsCheck;
using MessagePack;

namespace BrokerServe.Protocol.Tests.Codecs;

/// <summary>Whatever is written into a request frame is read back as it was, and never takes more room than was said.</summary>
public sealed class RequestFrameRoundTripSpecs
{
    private static readonly Gen<object> HeaderValues =
        Gen.OneOf(Generators.Text.Select(object (text) => text), Gen.Bool.Select(object (truth) => truth), Gen.Long.Select(object (number) => number));

    private static readonly Gen<Parts> Requests =
        Gen.Select(
                Generators.ShortText, Gen.Long.Nullable(), Gen.Select(Generators.ShortText, HeaderValues).Array[0, 20], Generators.OptionalText.Array[3],
                Generators.Payload)
            .Select((id, expiration, headers, texts, payload) => new Parts(id, expiration, headers, texts, payload));

    [Fact]
    public void Requests_come_back_from_their_frame() => Requests.Array[0, FrameLimits.MaxRequests].Sample(
        requests =>
        {
            var bytes = new byte[RequestFrameWriter.HeaderBytes + requests.Sum(request => request.MaxBytes)];
            var writer = new RequestFrameWriter(bytes, requests.Length);
            foreach (var request in requests)
            {
                request.Write(ref writer);
            }

            Assert.Equal(requests.Select(request => request.Row), FrameRows.OfRequestFrame(bytes.AsSpan(0, writer.Length)));
            Assert.True(Decoders.RequestFrame(bytes.AsSpan(0, writer.Length)));
        },
        iter: 100);

    [Fact]
    public void Headers_of_any_kind_are_read_or_passed_over() => Gen.Select(Generators.ShortText, PackTrees.Any).Array[0, 12].Sample(
        headers =>
        {
            var row = Assert.Single(FrameRows.OfRequestFrame(FrameOf(headers)));
            var said = headers.Select(header => (Name: header.Item1, Value: ValueOf(header.Item2))).Where(header => header.Value is not null);
            Assert.Equal($"c - {{{string.Join(", ", said.Select(header => $"{header.Name}={header.Value}"))}}} 'm' '' '' 70", row);
        },
        iter: 500);

    private static byte[] FrameOf((string Name, byte[] Value)[] headers)
    {
        var bytes = new byte[64 + headers.Sum(header => PackWriter.MaxTextBytes(header.Name) + header.Value.Length)];
        var writer = new PackWriter(bytes);
        writer.WriteArrayHeader(2);
        writer.WriteUInt64(1);
        writer.WriteArrayHeader(1);
        writer.WriteArrayHeader(7);
        writer.WriteText("c");
        writer.WriteNil();
        writer.WriteMapHeader(headers.Length);
        foreach (var (name, value) in headers)
        {
            writer.WriteText(name);
            writer.WriteRaw(value);
        }

        writer.WriteText("m");
        writer.WriteNil();
        writer.WriteNil();
        writer.WriteBinary("p"u8);
        return bytes[..writer.Length];
    }

    /// <summary>What another library says that the value is; null when it is nil.</summary>
    private static string? ValueOf(byte[] value)
    {
        var reader = new MessagePackReader(value);
        return reader.NextMessagePackType switch
        {
            MessagePackType.Nil => null,
            MessagePackType.String => $"'{reader.ReadString()}'",
            MessagePackType.Boolean => reader.ReadBoolean() ? "true" : "false",
            MessagePackType.Integer when value[0] != MessagePackCode.UInt64 || (value[1] & 0x80) == 0 =>
                reader.ReadInt64().ToString(CultureInfo.InvariantCulture),
            _ => "?",
        };
    }

    private sealed record Parts(string CorrelationId, long? ExpirationMs, (string Name, object Value)[] Headers, string?[] Texts, byte[] Payload)
    {
        public int MaxBytes => RequestFrameWriter.MaxRequestBytes(
            CorrelationId.Length + Texts.Sum(text => text?.Length ?? 0),
            Headers.Sum(header => RequestFrameWriter.MaxHeaderOverheadBytes + Encoding.UTF8.GetByteCount(header.Name) + TextBytes(header.Value)),
            Payload.Length);

        public string Row
        {
            get
            {
                var expiration = ExpirationMs is { } ms
                    ? Math.Clamp(ms, 0, TimeLimits.MaxTimeLeftMs).ToString(CultureInfo.InvariantCulture)
                    : "-";
                return $"{CorrelationId} {expiration} {{{string.Join(", ", Headers.Select(header => $"{header.Name}={Of(header.Value)}"))}}} "
                    + $"'{Texts[0]}' '{Texts[1]}' '{Texts[2]}' {Convert.ToHexString(Payload)}";
            }
        }

        public void Write(ref RequestFrameWriter writer)
        {
            writer.Begin(CorrelationId, ExpirationMs, Headers.Length);
            foreach (var (name, value) in Headers)
            {
                switch (value)
                {
                    case string text:
                        writer.WriteHeader(name, text);
                        break;
                    case bool truth:
                        writer.WriteHeader(name, truth);
                        break;
                    default:
                        writer.WriteHeader(name, (long)value);
                        break;
                }
            }

            writer.End(Texts[0], Texts[1], Texts[2], Payload);
        }

        private static int TextBytes(object value) => value is string text ? Encoding.UTF8.GetByteCount(text) : 0;

        private static string Of(object value) => value switch
        {
            string text => $"'{text}'",
            bool truth => truth ? "true" : "false",
            _ => Math.Max(0, (long)value).ToString(CultureInfo.InvariantCulture), // Below 0 nothing is written.
        };
    }
}
