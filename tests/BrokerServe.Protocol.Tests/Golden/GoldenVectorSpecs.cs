namespace BrokerServe.Protocol.Tests.Golden;

/// <summary>The bytes that PROTOCOL.md shows, which other MessagePack writers made, are the bytes of the code.</summary>
public sealed class GoldenVectorSpecs
{
    public static TheoryData<string> Names => GoldenVectors.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_golden_vector_is_read_as_it_is_meant(string name)
    {
        var (golden, bytes) = GoldenVectors.Named(name);
        Assert.True(golden.Decode(bytes), $"{name} cannot be read to its end.");
        golden.Check(bytes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_golden_vector_of_this_version_is_written_byte_for_byte(string name)
    {
        var (golden, bytes) = GoldenVectors.Named(name);
        if (golden.Encode is null)
        {
            Assert.EndsWith("-of-version-2", name, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(golden.Encode()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_golden_vector_is_taken_for_a_message_of_another_kind(string name)
    {
        var (golden, bytes) = GoldenVectors.Named(name);
        foreach (var (other, decode) in Decoders.All.Where(decoder => decoder.Decode != golden.Decode))
        {
            Assert.False(decode(bytes), $"{name} is taken for a {other}.");
        }
    }
}
