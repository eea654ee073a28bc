using CsCheck;

namespace BrokerServe.Protocol.Tests;

public sealed class TicketSpecs
{
    [Fact]
    public void A_ticket_is_12_bits_of_loop_20_of_index_and_32_of_generation()
    {
        Assert.Equal(0x001_00002_00000003ul, new Ticket(1, 2, 3).Value);
        Assert.Equal(0xFFF_00000_00000000ul, new Ticket(4_095, 0, 0).Value);
        Assert.Equal(0x000_FFFFF_00000000ul, new Ticket(0, 1_048_575, 0).Value);
        Assert.Equal(0x000_00000_FFFFFFFFul, new Ticket(0, 0, uint.MaxValue).Value);
        Assert.Equal((4_096, 1_048_576), (Ticket.MaxLoops, Ticket.MaxSlots));
    }

    [Fact]
    public void The_parts_of_a_ticket_come_back() =>
        Gen.Select(Gen.Int[0, Ticket.MaxLoops - 1], Gen.Int[0, Ticket.MaxSlots - 1], Gen.UInt).Sample((loop, index, generation) =>
        {
            var ticket = new Ticket(loop, index, generation);
            return (ticket.Loop, ticket.Index, ticket.Generation) == (loop, index, generation);
        });

    [Fact]
    public void Every_64_bits_are_a_ticket_with_parts_in_range() => Gen.ULong.Sample(value =>
    {
        var ticket = new Ticket(value);
        return ticket.Loop is >= 0 and < Ticket.MaxLoops && ticket.Index is >= 0 and < Ticket.MaxSlots
            && new Ticket(ticket.Loop, ticket.Index, ticket.Generation) == ticket;
    });

    [Fact]
    public void A_ticket_is_printed_in_hexadecimal() => Assert.Equal("0010000200000003", new Ticket(1, 2, 3).ToString());

    [Fact]
    public void A_ticket_comes_back_from_its_decimal_text() => Gen.ULong.Sample(value =>
        Ticket.TryParseCorrelationId(new Ticket(value).ToCorrelationId(), out var ticket) && ticket.Value == value);

    [Theory]
    [InlineData("0", 0ul)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    public void The_least_and_the_greatest_ticket_have_their_text(string text, ulong value)
    {
        Assert.Equal(text, new Ticket(value).ToCorrelationId());
        Assert.True(Ticket.TryParseCorrelationId(text, out var ticket));
        Assert.Equal(value, ticket.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("01")]
    [InlineData("00")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("0x1")]
    [InlineData("1,000")]
    [InlineData("1\0")]
    [InlineData("١")]
    [InlineData("18446744073709551616")]
    [InlineData("b2f7a5c0-6f6b-4b57-8a55-0a3a0c5b9a11")]
    public void No_other_text_is_a_ticket(string? text) => Assert.False(Ticket.TryParseCorrelationId(text, out _));
}
