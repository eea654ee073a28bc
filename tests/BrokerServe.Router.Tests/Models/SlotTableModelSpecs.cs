using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Models;

/// <summary>The slot table against a list of what is open.</summary>
public sealed class SlotTableModelSpecs
{
    private enum Kind
    {
        Open,
        Vacate,
        Find,
    }

    [Fact]
    public void A_slot_table_is_a_list_of_open_attempts_whose_tickets_never_come_again() => Sequences.Check(
        seeds: 300,
        length: 400,
        chance => new Step(chance.Next(10) < 5 ? Kind.Open : (Kind)chance.Next(1, 3), chance.Next(1_000)),
        (_, steps) => Run(steps));

    private static void Run(IReadOnlyList<Step> steps)
    {
        var table = new SlotTable(loop: 9);
        Replica[] replicas = [.. Enumerable.Range(0, 3).Select(i => new Replica("backend", $"r{i}", $"q{i}", Dialect.Framed))];
        var open = new List<Attempt>();
        var issued = new List<Ticket>();
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case Kind.Open:
                    var attempt = new Attempt(replicas[step.Pick % replicas.Length], new Request(), default);
                    var index = table.OpenSlot(attempt.Replica, attempt.Request);
                    open.Add(attempt with { Ticket = table.TicketOf(index) });
                    issued.Add(table.TicketOf(index));
                    break;
                case Kind.Vacate when open.Count > 0:
                    var ended = open[step.Pick % open.Count];
                    open.Remove(ended);
                    Assert.True(table.TryFind(ended.Ticket, out var found));
                    table.Vacate(found);
                    break;
                case Kind.Find when issued.Count > 0:
                    var ticket = issued[step.Pick % issued.Count];
                    var expected = open.SingleOrDefault(a => a.Ticket == ticket);
                    Assert.Equal(expected is not null, table.TryFind(ticket, out var place));
                    Assert.True(expected is null || ReferenceEquals(expected.Request, table[place].Request));
                    break;
            }

            Assert.Equal(open.Count, table.Open);
        }

        Assert.Equal(issued.Count, issued.Distinct().Count());
        foreach (var replica in replicas)
        {
            Assert.Equal(open.Where(a => a.Replica == replica).Select(a => a.Ticket), OpenOf(table, replica, forwards: true));
            Assert.Equal(open.Where(a => a.Replica == replica).Select(a => a.Ticket).Reverse(), OpenOf(table, replica, forwards: false));
        }
    }

    private static IEnumerable<Ticket> OpenOf(SlotTable table, Replica replica, bool forwards)
    {
        for (var index = forwards ? replica.FirstSlot : replica.LastSlot; index != SlotTable.None;)
        {
            yield return table.TicketOf(index);
            index = forwards ? table[index].Next : table[index].Previous;
        }
    }

    private sealed record Step(Kind Kind, int Pick);

    private sealed record Attempt(Replica Replica, Request Request, Ticket Ticket);
}
