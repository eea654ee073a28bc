using BrokerServe.Protocol.Tests.Golden;
using CsCheck;

namespace BrokerServe.Protocol.Tests.Hostile;

/// <summary>No bytes make a decoder throw, or allocate much. <c>BROKERSERVE_SEEDS=1000</c> tries a thousand times as many as usual.</summary>
public sealed class MutationSpecs
{
    public static TheoryData<string> Names => GoldenVectors.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_with_any_byte_changed_to_any_other_is_read_or_refused(string name)
    {
        var (golden, bytes) = GoldenVectors.Named(name);
        var mutant = (byte[])bytes.Clone();
        for (var at = 0; at < bytes.Length; at++)
        {
            for (var value = 0; value <= byte.MaxValue; value++)
            {
                mutant[at] = (byte)value;
                var allocated = Allocation.Of(mutant, golden.Decode);
                Assert.True(
                    allocated <= Allocation.Bound(mutant.Length),
                    $"{name} with byte {at} set to {value:x2} made its decoder allocate {allocated} bytes.");
            }

            mutant[at] = bytes[at];
        }
    }

    [Fact]
    public void A_message_with_several_bytes_changed_removed_or_repeated_is_read_or_refused()
    {
        var vectors = GoldenVectors.All.ToArray();
        var mutation = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 4_095], Gen.Byte);
        Gen.Select(Gen.Int[0, vectors.Length - 1], mutation.Array[1, 6]).Sample(
            (which, mutations) =>
            {
                var bytes = vectors[which].Bytes.ToList();
                foreach (var (what, where, value) in mutations)
                {
                    Mutate(bytes, what, where % bytes.Count, value);
                }

                DecodeWithEverything([.. bytes]);
            },
            iter: Fuzz.Iterations);

        static void Mutate(List<byte> bytes, int what, int at, byte value)
        {
            if (what == 0)
            {
                bytes[at] = value;
            }
            else if (what == 1 && bytes.Count > 1)
            {
                bytes.RemoveAt(at);
            }
            else
            {
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(value % 16, bytes.Count - at)));
            }
        }
    }

    [Fact]
    public void Random_bytes_are_read_or_refused() => Gen.Byte.Array[0, 300].Sample(DecodeWithEverything, iter: Fuzz.Iterations);

    [Fact]
    public void Random_bytes_that_look_like_MessagePack_are_read_or_refused()
    {
        // Mostly headers and short values, so that the decoders come further than with random bytes.
        var code = Gen.OneOf(
            Gen.Byte[0x80, 0xa8], Gen.Byte[0xc0, 0xdf], Gen.Byte[0, 8], Gen.Byte);
        code.Array[0, 120].Sample(DecodeWithEverything, iter: Fuzz.Iterations);
    }

    private static void DecodeWithEverything(byte[] bytes)
    {
        foreach (var (name, decode) in Decoders.All)
        {
            var allocated = Allocation.Of(bytes, decode);
            Assert.True(
                allocated <= Allocation.Bound(bytes.Length),
                $"{Convert.ToHexString(bytes)} made the decoder of a {name} allocate {allocated} bytes.");
        }
    }
}
