using BrokerServe.Client.Calls;
using BrokerServe.Client.Publishing;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Client.Tests;

/// <summary>What is outstanding on the channel with confirms.</summary>
public sealed class ConfirmWindowSpecs
{
    private readonly Pipeline _pipeline = new();

    [Fact]
    public void A_window_is_full_when_a_sequence_numbers_place_is_taken_and_says_when_it_is_not_any_more()
    {
        var window = new ConfirmWindow(4);
        for (ulong sequence = 1; sequence <= 4; sequence++)
        {
            Assert.True(window.HasRoomFor(sequence));
            window.Add(sequence, new CallId(sequence), oneWay: false, _pipeline);
        }

        Assert.False(window.HasRoomFor(5));
        Assert.Equal([1UL], Taken(window, 1, multiple: false));
        Assert.True(window.TakeFull());
        Assert.False(window.TakeFull());
        Assert.True(window.HasRoomFor(5));
    }

    [Fact]
    public void What_is_left_when_the_channel_ends_is_handed_out_once()
    {
        var window = new ConfirmWindow(8);
        for (ulong sequence = 1; sequence <= 5; sequence++)
        {
            window.Add(sequence, new CallId(sequence), oneWay: sequence == 4, _pipeline);
        }

        Taken(window, 2, multiple: true);
        var cursor = 0;
        var left = new List<ulong>();
        while (window.TryTakeAny(ref cursor, out var message))
        {
            left.Add(message.Call.Value);
        }

        Assert.Equal([3UL, 4UL, 5UL], left.Order());
        Assert.Empty(Taken(window, 5, multiple: true));
    }

    [Fact]
    public void A_frame_comes_out_with_all_its_calls_and_leaves_no_trace_in_its_place()
    {
        var window = new ConfirmWindow(4);
        CallId[] calls = [new(1), new(2), new(3)];
        window.Add(1, calls, _pipeline);
        ulong cursor = 0;
        Assert.True(window.TryTake(1, multiple: false, ref cursor, out var message));
        Assert.Same(calls, message.Frame);
        Assert.Same(_pipeline, message.Pipeline);
        Assert.False(window.TryTake(1, multiple: false, ref cursor, out _));

        window.Add(5, new CallId(4), oneWay: false, _pipeline);
        cursor = 0;
        Assert.True(window.TryTake(5, multiple: false, ref cursor, out message));
        Assert.Null(message.Frame);
    }

    [Fact]
    public void An_answer_to_all_up_to_a_number_takes_nothing_above_it_however_many_were_answered_singly_before()
    {
        var window = new ConfirmWindow(64);
        for (ulong sequence = 1; sequence <= 64; sequence++)
        {
            window.Add(sequence, new CallId(sequence), oneWay: sequence % 3 == 0 && sequence > 4, _pipeline);
            Assert.Equal([sequence], Taken(window, sequence, multiple: false));
        }

        for (ulong sequence = 65; sequence <= 70; sequence++)
        {
            window.Add(sequence, new CallId(sequence), oneWay: sequence % 3 == 0, _pipeline);
        }

        Assert.Equal([65UL, 66UL], Taken(window, 66, multiple: true));
        Assert.Equal([67UL, 68UL, 69UL, 70UL], Taken(window, 70, multiple: true));
    }

    [Fact]
    public void What_was_not_published_after_all_leaves_the_pipeline()
    {
        var window = new ConfirmWindow(4);
        window.Add(1, new CallId(1), oneWay: false, _pipeline);
        Assert.False(_pipeline.IsIdle);
        window.Remove(1);
        Assert.True(_pipeline.IsIdle);
        Assert.True(window.HasRoomFor(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Single_and_multiple_answers_in_any_order_take_each_call_out_once(int seed)
    {
        var random = new Random(seed);
        var window = new ConfirmWindow(64);
        var outstanding = new SortedSet<ulong>();
        ulong next = 1;
        for (var step = 0; step < 20_000; step++)
        {
            if (random.Next(2) == 0 && window.HasRoomFor(next))
            {
                window.Add(next, new CallId(next), oneWay: next % 3 == 0, _pipeline);
                outstanding.Add(next++);
            }
            else if (outstanding.Count > 0)
            {
                var sequence = outstanding.ElementAt(random.Next(outstanding.Count));
                var multiple = random.Next(4) == 0;
                var expected = multiple ? outstanding.Where(number => number <= sequence).ToArray() : [sequence];

                Assert.Equal(expected, Taken(window, sequence, multiple));
                outstanding.ExceptWith(expected);
            }
        }

        Assert.True(next > 1_000, $"Seed {seed} sent only {next}.");
    }

    private static List<ulong> Taken(ConfirmWindow window, ulong sequence, bool multiple)
    {
        var taken = new List<ulong>();
        ulong cursor = 0;
        while (window.TryTake(sequence, multiple, ref cursor, out var message))
        {
            Assert.Equal(message.Call.Value % 3 == 0 && message.Call.Value > 4, message.OneWay && message.Call.Value > 4);
            taken.Add(message.Call.Value);
        }

        return taken;
    }
}
