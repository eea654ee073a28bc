using System.Text;
using BrokerServe.Protocol.Frames;
using BrokerServe.Protocol.Tests.Golden;
using CsCheck;

namespace BrokerServe.Protocol.Tests.Codecs;

/// <summary>Whatever is written into an answer frame is read back as it was; what is out of range is refused.</summary>
public sealed class AnswerFrameSpecs
{
    private static readonly Gen<Parts> Answers =
        Gen.Select(
                Generators.ShortText, Gen.Enum<ReplyStatus>(), Gen.Int[0, int.MaxValue], Generators.OptionalText.Array[4], Generators.Payload)
            .Select((id, status, attempts, texts, payload) => new Parts(id, status, attempts, texts, payload));

    [Fact]
    public void Answers_come_back_from_their_frame() => Answers.Array[0, 100].Sample(
        answers =>
        {
            var bytes = new byte[AnswerFrameWriter.HeaderBytes + answers.Sum(answer => answer.MaxBytes)];
            var writer = new AnswerFrameWriter(bytes, answers.Length);
            foreach (var answer in answers)
            {
                answer.Write(ref writer);
            }

            Assert.Equal(answers.Select(answer => answer.Row), FrameRows.OfAnswerFrame(bytes.AsSpan(0, writer.Length)));
            Assert.True(Decoders.AnswerFrame(bytes.AsSpan(0, writer.Length)));
        },
        iter: 100);

    [Theory]
    [InlineData("920190", true, "no answers")]
    [InlineData("920290", true, "a later version")]
    [InlineData("92d2000000019198a1630000c0c0c0c0c0", true, "a version of a signed width")]
    [InlineData("93019001", true, "an unknown field")]
    [InlineData("920090", false, "version 0")]
    [InlineData("92ff90", false, "version -1")]
    [InlineData("92ce8000000090", false, "a version above 2^31")]
    [InlineData("9190", false, "no version")]
    [InlineData("9101", false, "no field for answers")]
    [InlineData("910190", false, "answers outside of the frame")]
    [InlineData("9201c0", false, "nil in place of answers")]
    [InlineData("920180", false, "a map in place of answers")]
    public void An_answer_frame_is_opened_when_its_header_is_in_range(string hex, bool sound, string what) =>
        Assert.True(
            sound == AnswerFrameReader.TryOpen(Convert.FromHexString(hex), out _),
            $"A frame with {what} is {(sound ? "refused" : "taken")}.");

    [Theory]
    [InlineData("98a1630001c0c0c0c0c0", "c Ok #1 '' '' '' '' ", "the shortest answer")]
    [InlineData("98a1631101c0c0c0c0c0", "c BadReply #1 '' '' '' '' ", "the last known status")]
    [InlineData("98a1631201c0c0c0c0c0", "c unknown #1 '' '' '' '' ", "an unknown status")]
    [InlineData("98a163cfffffffffffffffff01c0c0c0c0c0", "c unknown #1 '' '' '' '' ", "an unknown status of 64 bits")]
    [InlineData("98a06001c0c0c0c0c0", " unknown #1 '' '' '' '' ", "an empty correlation id, which its reader does not know")]
    [InlineData("98a16300ce7fffffffc0c0c0c0c0", "c Ok #2147483647 '' '' '' '' ", "the most attempts")]
    [InlineData("98a163ff01c0c0c0c0c0", null, "a negative status")]
    [InlineData("98a163c001c0c0c0c0c0", null, "no status")]
    [InlineData("98a16300ffc0c0c0c0c0", null, "negative attempts")]
    [InlineData("98a16300ce80000000c0c0c0c0c0", null, "attempts above 2^31")]
    [InlineData("98a16300ca3f800000c0c0c0c0c0", null, "a float as attempts")]
    [InlineData("98c00001c0c0c0c0c0", null, "no correlation id")]
    [InlineData("98c401630001c0c0c0c0c0", null, "bytes as correlation id")]
    [InlineData("98a1630001a1ffc0c0c0c0", null, "a backend that is not UTF-8")]
    [InlineData("98a1630001c0c0c0c001", null, "a number as payload")]
    [InlineData("97a1630001c0c0c0c0", null, "no payload")]
    [InlineData("97a1630001c0c0c0c0c0", null, "a payload outside of the answer")]
    public void An_answer_is_read_when_it_is_in_range(string hex, string? row, string what)
    {
        var rows = FrameRows.OfAnswerFrame(Convert.FromHexString("920191" + hex));
        Assert.True(rows.SequenceEqual(row is null ? [] : [row]), $"Not so: {what}. It is {string.Join(", ", rows)}.");
    }

    [Fact]
    public void A_malformed_answer_ends_the_reading_and_the_answers_before_it_stand()
    {
        // The malformed one is found so at its last byte, so whoever went on from there would take the third.
        const string Good = "98a1630001c0c0c0c0c0";
        Assert.True(AnswerFrameReader.TryOpen(Convert.FromHexString("920193" + Good + "98a1630001c0c0c0c001" + Good), out var reader));
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.Equal(2, reader.Remaining);
    }

    [Fact]
    public void A_reader_of_nothing_reads_nothing()
    {
        var answers = default(AnswerFrameReader);
        Assert.False(answers.TryRead(out _));
        Assert.Equal(0, answers.Remaining);
    }

    private sealed record Parts(string CorrelationId, ReplyStatus Status, int Attempts, string?[] Texts, byte[] Payload)
    {
        public int MaxBytes => AnswerFrameWriter.MaxAnswerBytes(
            Texts.Take(3).Sum(text => text?.Length ?? 0), Utf8(CorrelationId).Length + Utf8(Texts[3]).Length + Payload.Length);

        public string Row =>
            $"{CorrelationId} {Status} #{Attempts} '{Texts[0]}' '{Texts[1]}' '{Texts[2]}' '{Texts[3]}' {Convert.ToHexString(Payload)}";

        public void Write(ref AnswerFrameWriter writer) =>
            writer.Write(Utf8(CorrelationId), Status, Attempts, Texts[0], Texts[1], Texts[2], Utf8(Texts[3]), Payload);

        private static byte[] Utf8(string? text) => Encoding.UTF8.GetBytes(text ?? "");
    }
}
