using System.Buffers;
using CsCheck;
using MessagePack;

namespace BrokerServe.Protocol.Tests.Pack;

/// <summary>Any MessagePack value at random, written by the library MessagePack-CSharp in any form that the format allows.</summary>
internal static class PackTrees
{
    private delegate void WriteTo(ref MessagePackWriter writer);

    // The generators stand in the order in which they need each other.
    private static Gen<int> Lengths { get; } = Gen.OneOf(Gen.Int[0, 40], Gen.OneOf(1, 2, 4, 8, 16), Gen.OneOf(255, 256, 65_535, 65_536));

    private static Gen<byte[]> Scalar { get; } = Gen.OneOf(
        Gen.Const(Write((ref MessagePackWriter writer) => writer.WriteNil())),
        Gen.Bool.Select(value => Write((ref MessagePackWriter writer) => writer.Write(value))),
        Gen.Long.Select(value => Write((ref MessagePackWriter writer) => writer.Write(value))),
        Gen.ULong.Select(value => Write((ref MessagePackWriter writer) => writer.Write(value))),
        Gen.Byte.Select(value => Write((ref MessagePackWriter writer) => writer.WriteUInt8(value))),
        Gen.SByte.Select(value => Write((ref MessagePackWriter writer) => writer.WriteInt8(value))),
        Gen.Short.Select(value => Write((ref MessagePackWriter writer) => writer.WriteInt16(value))),
        Gen.Int.Select(value => Write((ref MessagePackWriter writer) => writer.WriteInt32(value))),
        Gen.Long.Select(value => Write((ref MessagePackWriter writer) => writer.WriteInt64(value))),
        Gen.Float.Select(value => Write((ref MessagePackWriter writer) => writer.Write(value))),
        Gen.Double.Select(value => Write((ref MessagePackWriter writer) => writer.Write(value))),
        Codecs.Generators.ShortText.Select(value => Write((ref MessagePackWriter writer) => writer.Write(value))),
        Lengths.Select(length => Write((ref MessagePackWriter writer) => writer.Write(new string('t', length)))),
        Lengths.Select(length => Write((ref MessagePackWriter writer) => writer.Write(new byte[length]))),
        Gen.Select(Gen.SByte, Lengths).Select((type, length) => Write((ref MessagePackWriter writer) =>
            writer.WriteExtensionFormat(new ExtensionResult(type, new byte[length])))));

    /// <summary>Values of every type, arrays and maps nested up to four levels deep.</summary>
    public static Gen<byte[]> Any { get; } = Tree(4);

    private static Gen<byte[]> Tree(int depth)
    {
        if (depth == 0)
        {
            return Scalar;
        }

        var child = Tree(depth - 1);
        return Gen.OneOf(
            Scalar,
            Scalar,
            child.Array[0, 3].Select(children => Container(children, children.Length, map: false)),
            Gen.Int.Select(value => Write((ref MessagePackWriter writer) => writer.Write(value))).Array[16, 17]
                .Select(children => Container(children, children.Length, map: false)),
            Gen.Select(child, child).Array[0, 2].Select(pairs =>
                Container([.. pairs.SelectMany(pair => new[] { pair.Item1, pair.Item2 })], pairs.Length, map: true)));
    }

    private static byte[] Container(byte[][] children, int count, bool map)
    {
        var header = map
            ? Write((ref MessagePackWriter writer) => writer.WriteMapHeader(count))
            : Write((ref MessagePackWriter writer) => writer.WriteArrayHeader(count));
        return [.. header, .. children.SelectMany(child => child)];
    }

    private static byte[] Write(WriteTo write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        write(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
