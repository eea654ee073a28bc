using System.Buffers;
using System.Buffers.Binary;
using BrokerServe.Protocol;
using MessagePack;

namespace BrokerServe.Faults.Tests.Network;

/// <summary>Makes of what a party says what one of the next version of the protocol may say: a higher version, and fields that nobody knows.</summary>
/// <remarks>
/// PROTOCOL.md, "Versions": fields come to the end of arrays and keys to maps, and nothing else changes. What an array may leave out at its
/// end is written as nil before anything can come behind it.
/// </remarks>
internal sealed class Tomorrow(FrameProxy proxy)
{
    private const int HeadBytes = 7;
    private const int BodySizeAt = HeadBytes + 4;
    private const int MaxBodyFrame = 100_000;
    private const byte BodyType = 3;
    private const byte EndMark = 0xCE;

    private readonly Dictionary<int, (Frame Header, MemoryStream Body)> _messages = [];

    /// <summary>Takes a frame; returns what goes on: nothing while a message is not whole.</summary>
    public IEnumerable<Frame> Pass(Frame frame)
    {
        if (proxy.IsOfTomorrow && frame.IsHeader && frame.BodyBytes > 0 && MembersOf(frame.ContentType) is not null)
        {
            _messages[frame.Channel] = (frame, new MemoryStream());
            return [];
        }

        if (!frame.IsBody || !_messages.TryGetValue(frame.Channel, out var message))
        {
            return [frame];
        }

        message.Body.Write(frame.Bytes.Span[HeadBytes..^1]);
        if ((ulong)message.Body.Length < message.Header.BodyBytes)
        {
            return [];
        }

        _messages.Remove(frame.Channel);
        proxy.NoteTomorrow();
        return Frames(message.Header, Rewrite(message.Body.ToArray(), MembersOf(message.Header.ContentType)!.Value));
    }

    // Fields of a member, fields of what it ends with; none: it is a map.
    private static (int Fields, int Inner)? MembersOf(string contentType) => contentType switch
    {
        ContentTypes.Queries => (5, 9),
        ContentTypes.Replies => (5, 0),
        ContentTypes.Requests => (7, 0),
        ContentTypes.Answers => (8, 0),
        ContentTypes.Announcement or ContentTypes.Command or ContentTypes.Held or ContentTypes.Report or ContentTypes.Error => (0, 0),
        _ => null,
    };

    private static byte[] Rewrite(ReadOnlyMemory<byte> body, (int Fields, int Inner) members)
    {
        var reader = new MessagePackReader(body);
        var bytes = new ArrayBufferWriter<byte>(body.Length + 256);
        var writer = new MessagePackWriter(bytes);
        if (members.Fields == 0)
        {
            RewriteMap(ref reader, ref writer);
        }
        else
        {
            var count = reader.ReadArrayHeader();
            writer.WriteArrayHeader(count + 1);
            writer.Write(reader.ReadInt32() + 1);
            for (var n = 1; n < count - 1; n++)
            {
                writer.WriteRaw(reader.ReadRaw());
            }

            var list = reader.ReadArrayHeader();
            writer.WriteArrayHeader(list);
            for (var n = 0; n < list; n++)
            {
                RewriteArray(ref reader, ref writer, members.Fields, members.Inner);
            }

            WriteUnknown(ref writer);
        }

        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static void RewriteMap(ref MessagePackReader reader, ref MessagePackWriter writer)
    {
        var count = reader.ReadMapHeader();
        writer.WriteMapHeader(count + 1);
        for (var n = 0; n < count; n++)
        {
            var key = reader.ReadString();
            writer.Write(key);
            if (key == "version")
            {
                writer.Write(reader.ReadInt32() + 1);
            }
            else
            {
                writer.WriteRaw(reader.ReadRaw());
            }
        }

        writer.Write("of tomorrow");
        WriteUnknown(ref writer);
    }

    private static void RewriteArray(ref MessagePackReader reader, ref MessagePackWriter writer, int fields, int inner)
    {
        var count = reader.ReadArrayHeader();
        writer.WriteArrayHeader(fields + 1);
        for (var n = 0; n < fields; n++)
        {
            if (n >= count)
            {
                writer.WriteNil();
            }
            else if (n == fields - 1 && inner > 0)
            {
                RewriteArray(ref reader, ref writer, inner, inner: 0);
            }
            else
            {
                writer.WriteRaw(reader.ReadRaw());
            }
        }

        WriteUnknown(ref writer);
    }

    private static void WriteUnknown(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.Write(1.5);
    }

    private static IEnumerable<Frame> Frames(Frame header, byte[] body)
    {
        var head = header.Bytes.ToArray();
        BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(BodySizeAt), body.Length);
        yield return new Frame(header.FromClient, head);
        foreach (var chunk in body.Chunk(MaxBodyFrame))
        {
            var frame = new byte[HeadBytes + chunk.Length + 1];
            frame[0] = BodyType;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)header.Channel);
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(3), chunk.Length);
            chunk.CopyTo(frame, HeadBytes);
            frame[^1] = EndMark;
            yield return new Frame(header.FromClient, frame);
        }
    }
}
