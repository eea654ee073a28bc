using BrokerServe.Protocol.Frames;

namespace BrokerServe.Protocol.Tests.Codecs;

public sealed class CallSpecs
{
    [Fact]
    public void Metadata_fits_up_to_64_entries()
    {
        Assert.True(Many(64).Fits);
        Assert.False(Many(65).Fits);
        Assert.True(Call.TryDecode(Encode(Many(64)), out var query));
        Assert.Equal(64, query.ReadMetadata().Count);
    }

    [Fact]
    public void Metadata_fits_up_to_16_KiB_of_UTF8()
    {
        Assert.True(Entries.Write(new("é", new string('日', 5_460)), new("ab", "")).Fits);
        Assert.False(Entries.Write(new("é", new string('日', 5_460)), new("abc", "")).Fits);
        Assert.True(Call.TryDecode(Encode(Entries.Write(new("é", new string('日', 5_460)), new("ab", ""))), out _));
    }

    [Fact]
    public void Metadata_that_does_not_fit_is_neither_written_nor_read()
    {
        Assert.Throws<InvalidOperationException>(() => Encode(Many(65)));
        byte[] tooMany = [0x99, 0xc0, 0xc0, 0xa1, (byte)'e', 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xde, 0, 65, .. Enumerable.Repeat((byte)0xa0, 130)];
        Assert.False(Call.TryDecode(tooMany, out _));
        byte[] tooLong = [0x99, 0xc0, 0xc0, 0xa1, (byte)'e', 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0x81, 0xa0, 0xdb, 0, 0, 0x40, 1, .. new byte[16_385]];
        Assert.False(Call.TryDecode(tooLong, out _));
        tooLong[16] = 0;
        Assert.True(Call.TryDecode(tooLong.AsSpan(0, tooLong.Length - 1), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no blanks")]
    [InlineData(null)]
    public void A_call_of_no_valid_endpoint_is_not_written(string? endpoint) =>
        Assert.Throws<InvalidOperationException>(() => new Call { Endpoint = endpoint! }.Encode(new byte[100]));

    [Theory]
    [InlineData("93c0c0a165", "nothing behind the endpoint")]
    [InlineData("99c0c0a165c0c0c0c0c0c0", "nil for all that is optional")]
    [InlineData("99c400a0a165a0a0a0a0a080", "emptiness for all that is optional")]
    [InlineData("93a0c0a165", "text as payload, as languages without bytes write it")]
    public void A_call_may_leave_out_what_it_does_not_say(string hex, string how)
    {
        Assert.True(Call.TryDecode(Convert.FromHexString(hex), out var query), $"A call with {how} is refused.");
        Assert.Equal("e", System.Text.Encoding.UTF8.GetString(query.Endpoint));
        Assert.True(query.Payload.IsEmpty && query.Method.IsEmpty && query.ContentType.IsEmpty && query.MetadataBlock.IsEmpty);
        Assert.Empty(query.ReadMetadata());
    }

    [Theory]
    [InlineData("92c0c0", "no endpoint")]
    [InlineData("92c0c0a165", "an endpoint outside of it")]
    [InlineData("93c0c0c0", "nil as endpoint")]
    [InlineData("93c0c0a0", "an empty endpoint")]
    [InlineData("93c0c0c40165", "bytes as endpoint")]
    [InlineData("93c001a165", "a number as method")]
    [InlineData("93c0a1ffa165", "a method that is no UTF-8")]
    [InlineData("93c0a3eda080a165", "half a surrogate pair as method")]
    [InlineData("9301c0a165", "a number as payload")]
    [InlineData("99c0c0a165c0c0c0c0c090", "an array as metadata")]
    [InlineData("99c0c0a165c0c0c0c0c081a16101", "a number in the metadata")]
    public void A_call_with_something_else_in_a_field_is_refused(string hex, string what) =>
        Assert.False(Call.TryDecode(Convert.FromHexString(hex), out _), $"A call with {what} is taken.");

    [Fact]
    public void Of_a_metadata_name_that_stands_twice_the_last_value_counts()
    {
        Assert.True(Call.TryDecode(Convert.FromHexString("99c0c0a165c0c0c0c0c082a161a131a161a132"), out var query));
        Assert.Equal(KeyValuePair.Create("a", "2"), Assert.Single(query.ReadMetadata()));
    }

    [Fact]
    public void Metadata_that_nobody_checked_is_read_as_far_as_it_goes()
    {
        var query = new QueryView { MetadataBlock = Convert.FromHexString("8fa161a162a163") };
        Assert.Empty(query.ReadMetadata());
        query = new QueryView { MetadataBlock = Convert.FromHexString("82a161a162a16301") };
        Assert.Equal(KeyValuePair.Create("a", "b"), Assert.Single(query.ReadMetadata()));
    }

    [Fact]
    public void Metadata_is_written_as_the_map_that_it_is_and_numbers_as_digits()
    {
        var metadata = Entries.Write(new("a", "b"), new("c", ""));
        metadata.Add("n"u8, long.MinValue);
        Assert.Equal("83A161A162A163A0A16EB42D39323233333732303336383534373735383038", Convert.ToHexString(metadata.Block()));
        Assert.Equal((3, 24), (metadata.Count, metadata.TextBytes));
        metadata.Clear();
        Assert.Equal((0, 0, 0), (metadata.Count, metadata.TextBytes, metadata.Block().Length));
        metadata.Add("x"u8, "y"u8);
        Assert.Equal("81A178A179", Convert.ToHexString(metadata.Block()));
    }

    [Theory]
    [InlineData("81a161")]
    [InlineData("81a161a162c0")]
    [InlineData("01")]
    public void A_call_whose_metadata_is_no_block_is_not_written(string hex) =>
        Assert.Throws<InvalidOperationException>(() => new Call { Endpoint = "e", Metadata = Convert.FromHexString(hex) }.Encode(new byte[100]));

    private static MetadataWriter Many(int count) =>
        Entries.Write(Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"name-{i}", "value")));

    private static byte[] Encode(MetadataWriter metadata)
    {
        var call = new Call { Endpoint = "e", Metadata = metadata.Block() };
        var bytes = new byte[call.MaxEncodedBytes];
        return bytes[..call.Encode(bytes)];
    }
}
