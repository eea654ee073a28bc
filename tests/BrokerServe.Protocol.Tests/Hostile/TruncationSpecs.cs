using BrokerServe.Protocol.Frames;
using BrokerServe.Protocol.Tests.Golden;

namespace BrokerServe.Protocol.Tests.Hostile;

/// <summary>A message that was cut off is not taken for a whole one.</summary>
public sealed class TruncationSpecs
{
    public static TheoryData<string> Names => GoldenVectors.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_cut_off_anywhere_is_refused(string name)
    {
        var (golden, bytes) = GoldenVectors.Named(name);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(golden.Decode(bytes.AsSpan(0, length)), $"{name} is taken for whole after {length} of {bytes.Length} bytes.");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_with_a_byte_too_many_is_refused(string name)
    {
        var (golden, bytes) = GoldenVectors.Named(name);
        Assert.False(golden.Decode([.. bytes, 0xc0]), $"{name} is taken for sound with a byte behind it.");
    }

    [Theory]
    [InlineData("query-frame")]
    [InlineData("query-frame-of-version-2")]
    public void A_query_frame_cut_off_gives_the_queries_before_the_cut_and_says_that_more_were_meant(string name)
    {
        var bytes = GoldenVectors.Named(name).Bytes;
        var whole = FrameRows.OfQueryFrame(bytes);
        for (var length = 0; length < bytes.Length; length++)
        {
            var rows = FrameRows.OfQueryFrame(bytes.AsSpan(0, length));
            Assert.True(rows.Count < whole.Count, $"All queries were read of {length} bytes.");
            Assert.Equal(whole.Take(rows.Count), rows);
            AssertRemaining(bytes.AsSpan(0, length), whole.Count - rows.Count);
        }

        static void AssertRemaining(ReadOnlySpan<byte> cut, int missing)
        {
            if (QueryFrameReader.TryOpen(cut, out _, out var reader))
            {
                while (reader.TryRead(out _))
                {
                }

                Assert.Equal(missing, reader.Remaining);
                Assert.False(reader.TryRead(out _));
                Assert.Equal(missing, reader.Remaining);
            }
        }
    }

    [Theory]
    [InlineData("reply-frame")]
    [InlineData("reply-frame-of-version-2")]
    public void A_reply_frame_cut_off_gives_the_replies_before_the_cut_and_says_that_more_were_meant(string name)
    {
        var bytes = GoldenVectors.Named(name).Bytes;
        var whole = FrameRows.OfReplyFrame(bytes);
        for (var length = 0; length < bytes.Length; length++)
        {
            var rows = FrameRows.OfReplyFrame(bytes.AsSpan(0, length));
            Assert.True(rows.Count < whole.Count, $"All replies were read of {length} bytes.");
            Assert.Equal(whole.Take(rows.Count), rows);
            AssertRemaining(bytes.AsSpan(0, length), whole.Count - rows.Count);
        }

        static void AssertRemaining(ReadOnlySpan<byte> cut, int missing)
        {
            if (ReplyFrameReader.TryOpen(cut, out _, out var reader))
            {
                while (reader.TryRead(out _))
                {
                }

                Assert.Equal(missing, reader.Remaining);
                Assert.False(reader.TryRead(out _));
                Assert.Equal(missing, reader.Remaining);
            }
        }
    }

    [Theory]
    [InlineData("request-frame")]
    [InlineData("request-frame-of-version-2")]
    public void A_request_frame_cut_off_anywhere_says_that_more_requests_were_meant(string name)
    {
        var bytes = GoldenVectors.Named(name).Bytes;
        for (var length = 0; length < bytes.Length; length++)
        {
            if (RequestFrameReader.TryOpen(bytes.AsSpan(0, length), out var reader))
            {
                var read = 0;
                for (; reader.TryRead(out _); read++)
                {
                }

                Assert.Equal(2 - read, reader.Remaining);
                Assert.True(reader.Remaining > 0, $"All requests were read of {length} bytes.");
                Assert.False(reader.TryRead(out _));
                Assert.Equal(2 - read, reader.Remaining);
            }
        }
    }

    [Theory]
    [InlineData("answer-frame")]
    [InlineData("answer-frame-of-version-2")]
    public void An_answer_frame_cut_off_gives_the_answers_before_the_cut_and_says_that_more_were_meant(string name)
    {
        var bytes = GoldenVectors.Named(name).Bytes;
        var whole = FrameRows.OfAnswerFrame(bytes);
        for (var length = 0; length < bytes.Length; length++)
        {
            var rows = FrameRows.OfAnswerFrame(bytes.AsSpan(0, length));
            Assert.True(rows.Count < whole.Count, $"All answers were read of {length} bytes.");
            Assert.Equal(whole.Take(rows.Count), rows);
            AssertRemaining(bytes.AsSpan(0, length), whole.Count - rows.Count);
        }

        static void AssertRemaining(ReadOnlySpan<byte> cut, int missing)
        {
            if (AnswerFrameReader.TryOpen(cut, out var reader))
            {
                while (reader.TryRead(out _))
                {
                }

                Assert.Equal(missing, reader.Remaining);
                Assert.False(reader.TryRead(out _));
                Assert.Equal(missing, reader.Remaining);
            }
        }
    }
}
