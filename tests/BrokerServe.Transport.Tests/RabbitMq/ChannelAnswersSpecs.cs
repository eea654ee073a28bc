using BrokerServe.RabbitMq.Publishing;
using CsCheck;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>A publisher's numbers through changes of channel.</summary>
public sealed class ChannelAnswersSpecs
{
    private const int Most = 8;
    private const int Change = 3;

    private static readonly Gen<bool[]> Refused = Gen.Bool.Array[1, Most];

    /// <summary>
    /// Three channels after each other with up to <c>Most</c> messages each, of which some are refused; and in which order the broker answers
    /// on which, and the publisher goes on on the next.
    /// </summary>
    [Fact]
    public void Each_message_has_its_own_answer_whatever_comes_first_of_two_channels() =>
        Gen.Select(Refused, Refused, Refused, Gen.Select(Gen.Int[0, Change], Gen.Int[1, Most], Gen.Bool).Array[0, 60]).Sample((one, two, three, steps) =>
        {
            var told = new Verdicts(one.Length + two.Length + three.Length);
            FakeChannel[] channels = [new(one, told), new(two, told), new(three, told)];
            var current = 0;
            foreach (var (what, number, multiple) in steps)
            {
                if (what != Change)
                {
                    // What was published is answered at any time.
                    channels[Math.Min(what, current)].Answer(number, multiple);
                }
                else if (current < 2 && !channels[current].Answers.IsBeside)
                {
                    channels[current + 1].Answers.Follow(channels[current].Answers, (ulong)channels[..(current + 1)].Sum(channel => channel.Count));
                    current++;
                }

                Assert.All(channels[..current], left => Assert.Equal(left.IsAnswered, left.Answers.IsOver));
                Assert.False(channels[current].Answers.IsOver);
            }

            foreach (var channel in channels[..(current + 1)])
            {
                channel.AnswerAll();
            }

            Assert.Equal(channels[..(current + 1)].SelectMany(channel => channel.Refused), told.All);
        });

    // Answers as a broker does: everything once, and together only what has the same answer and follows what is answered.
    private sealed class FakeChannel(bool[] refused, IPublisherEvents told)
    {
        private readonly bool[] _answered = new bool[refused.Length];

        public ChannelAnswers Answers { get; } = new(told);

        public IReadOnlyList<bool> Refused => refused;

        public int Count => refused.Length;

        public bool IsAnswered => _answered.All(each => each);

        public void Answer(int number, bool multiple)
        {
            if (number > refused.Length || _answered[number - 1])
            {
                return;
            }

            var together = Enumerable.Range(0, number).Where(i => !_answered[i]).ToArray();
            multiple &= together.All(i => refused[i] == refused[number - 1]);
            foreach (var i in multiple ? together : [number - 1])
            {
                _answered[i] = true;
            }

            Answers.Add((ulong)number, multiple, refused[number - 1]);
        }

        public void AnswerAll()
        {
            for (var number = 1; number <= refused.Length; number++)
            {
                Answer(number, multiple: false);
            }
        }
    }

    private sealed class Verdicts(int count) : IPublisherEvents
    {
        private readonly bool?[] _refused = new bool?[count];

        public IEnumerable<bool> All => _refused.TakeWhile(verdict => verdict is not null).Select(verdict => verdict!.Value);

        public void OnConfirmed(ulong sequence, bool multiple) => Note((int)sequence, multiple, refused: false);

        public void OnRefused(ulong sequence, bool multiple) => Note((int)sequence, multiple, refused: true);

        public void OnReturned(in ReturnedMessage message)
        {
        }

        // An answer for many is for those that had none.
        private void Note(int sequence, bool multiple, bool refused)
        {
            Assert.Null(_refused[sequence - 1]);
            for (var i = multiple ? 0 : sequence - 1; i < sequence; i++)
            {
                _refused[i] ??= refused;
            }
        }
    }
}
