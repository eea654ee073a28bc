using System.Buffers.Binary;
using System.Text;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>Writes AMQP field tables, good and bad.</summary>
internal sealed class RawTable
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    /// <summary>Adds an entry whose content is given as it stands.</summary>
    public RawTable With(string name, char type, params ReadOnlySpan<byte> content)
    {
        var encoded = Encoding.UTF8.GetBytes(name);
        _bytes.Add((byte)encoded.Length);
        _bytes.AddRange(encoded);
        _bytes.Add((byte)type);
        _bytes.AddRange(content);
        return this;
    }

    /// <summary>Adds an entry whose content has its length in front.</summary>
    public RawTable WithLong(string name, char type, ReadOnlySpan<byte> content) => With(name, type, Long(content));

    /// <summary>Arrays within arrays, as the content of an array.</summary>
    public static byte[] Nested(int depth)
    {
        const int LevelBytes = 5;
        var bytes = new byte[depth * LevelBytes];
        for (var level = 0; level < depth; level++)
        {
            bytes[level * LevelBytes] = (byte)'A';
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan((level * LevelBytes) + 1), (uint)((depth - 1 - level) * LevelBytes));
        }

        return bytes;
    }

    private static byte[] Long(ReadOnlySpan<byte> content)
    {
        var bytes = new byte[4 + content.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)content.Length);
        content.CopyTo(bytes.AsSpan(4));
        return bytes;
    }
}
