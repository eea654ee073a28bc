using BrokerServe.RabbitMq.Publishing;
using CsCheck;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>Which messages are answered for, whatever the order of the answers.</summary>
public sealed class ConfirmTallySpecs
{
    private const int Most = 24;

    [Fact]
    public void Every_answer_is_noted_whatever_their_order_and_however_many_at_once() =>
        Gen.Select(Gen.Int[1, Most], Gen.Bool).Array[0, 40].Sample(answers =>
        {
            var tally = new ConfirmTally();
            var answered = new bool[Most + 2];
            answered[0] = true;
            foreach (var (number, multiple) in answers)
            {
                tally.Add((ulong)number, multiple);
                answered.AsSpan(multiple ? 1 : number, multiple ? number : 1).Fill(true);
                Assert.Equal((ulong)(Array.IndexOf(answered, false) - 1), tally.Through);
                Assert.All(Enumerable.Range(1, Most), each => Assert.Equal(answered[each], tally.Has((ulong)each)));
            }
        });
}
