using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Subjects;
using Xunit;

namespace BrokerServe.Benchmarks.Tests.Bench;

public sealed class ScheduleSpecs
{
    private static readonly Cell Small = new(64, 1);
    private static readonly Cell Large = new(64, 256);

    [Fact]
    public void In_each_round_everybody_runs_once_in_each_cell_cell_by_cell()
    {
        var runs = Schedule.Of(NewBlock(new PlannedCell(Small, ["a", "b"]), new PlannedCell(Large, ["a", "b", "c"])), 2).ToArray();

        Assert.Equal(
            ["1 1 a", "1 1 b", "1 256 a", "1 256 b", "1 256 c", "2 1 b", "2 1 a", "2 256 c", "2 256 b", "2 256 a"],
            runs.Select(run => $"{run.Round} {run.Cell.Outstanding} {run.Subject}"));
    }

    [Fact]
    public void A_subject_is_busiest_where_most_is_outstanding_and_bodies_are_smallest()
    {
        var block = NewBlock(
            new PlannedCell(new Cell(1_024, 256), ["a"]), new PlannedCell(Large, ["a"], WithHalf: true), new PlannedCell(Small, ["a", "b"]));

        Assert.Equal(Large, block.BusiestOf("a"));
        Assert.Equal(Small, block.BusiestOf("b"));
    }

    [Fact]
    public void Over_the_rounds_everybody_is_first_and_last_equally_often()
    {
        string[] subjects = ["a", "b", "c"];
        var orders = Enumerable.Range(1, 6).Select(round => Schedule.Order(subjects, round).ToArray()).ToArray();

        Assert.All(subjects, subject => Assert.Equal(2, orders.Count(order => order[0] == subject)));
        Assert.All(subjects, subject => Assert.Equal(2, orders.Count(order => order[^1] == subject)));
        Assert.All(orders, order => Assert.Equal(subjects, order.Order()));
    }

    [Fact]
    public void Half_of_saturation_comes_right_behind_the_run_that_found_it()
    {
        var runs = Schedule.Of(NewBlock(new PlannedCell(Large, ["a", "b"], WithHalf: true)), 2);

        Assert.Equal(
            ["a False", "a True", "b False", "b True", "b False", "b True", "a False", "a True"],
            runs.Select(run => $"{run.Subject} {run.Cell.Half}"));
    }

    [Fact]
    public void The_quick_plan_takes_three_minutes_and_has_rounds_enough_for_an_interval()
    {
        Assert.InRange(Plans.Quick.Estimate.TotalMinutes, 2, 3);
        Assert.True(Plans.Quick.Rounds >= 6);
    }

    [Fact]
    public void The_full_plan_has_everybody_at_every_number_outstanding_under_both_promises_and_in_both_queues()
    {
        string[] everybody = [.. SubjectCatalog.OverBroker.Select(subject => subject.Key)];
        var blocks = Plans.Full.Blocks;

        Assert.Equal(
            [(Guarantee.AtMostOnce, QueueType.Classic), (Guarantee.AtLeastOnce, QueueType.Classic), (Guarantee.AtLeastOnce, QueueType.Quorum)],
            blocks.Select(block => (block.Guarantee, block.QueueType)));
        Assert.All(blocks.SelectMany(block => block.Cells), cell => Assert.Equal(everybody, cell.Subjects));
        Assert.All(blocks.Take(2), block => Assert.Equal(
            Plans.AllOutstanding, block.Cells.Where(cell => cell.Cell.Size == 64).Select(cell => cell.Cell.Outstanding)));
        Assert.All(blocks.Take(2), block => Assert.Equal([64, 1_024, 65_536], block.Cells.Select(cell => cell.Cell.Size).Distinct()));
    }

    [Fact]
    public void A_chosen_matrix_is_every_combination_of_what_was_said()
    {
        var choice = new Choice(["relay", "coalesced"], ["at-least-once"], ["classic", "quorum"], [64, 1_024], [1, 256], Half: true, Variants: []);

        var blocks = choice.Blocks();

        Assert.Equal([QueueType.Classic, QueueType.Quorum], blocks.Select(block => block.QueueType));
        Assert.All(blocks, block => Assert.Equal(Guarantee.AtLeastOnce, block.Guarantee));
        Assert.All(blocks, block => Assert.Equal(
            [new Cell(64, 1), new Cell(64, 256), new Cell(1_024, 1), new Cell(1_024, 256)], block.Cells.Select(cell => cell.Cell)));
        Assert.All(blocks.SelectMany(block => block.Cells), cell => Assert.True(cell.WithHalf));
    }

    [Fact]
    public void Nothing_said_is_no_choice() => Assert.False(new Choice(null, [], null, null, null, Half: false, Variants: []).IsAny);

    private static Block NewBlock(params PlannedCell[] cells) => new(Guarantee.AtLeastOnce, QueueType.Classic, cells);
}
