using BrokerServe.Worker.Scheduling;

namespace BrokerServe.Worker.Tests.Scheduling;

public sealed class DeadlineHeapSpecs
{
    [Fact]
    public void Whatever_comes_and_goes_the_earliest_deadline_is_first()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var heap = new DeadlineHeap();
        var model = new List<HeldQuery>();
        for (var step = 0; step < 20_000; step++)
        {
            switch (random.Next(5))
            {
                case 0 or 1 or 2 when model.Count < 200:
                    var query = new HeldQuery(null!, new((ulong)step), 1, random.Next(100), null!, null!);
                    heap.Add(query);
                    model.Add(query);
                    break;
                case 3 when model.Count > 0:
                    var gone = model[random.Next(model.Count)];
                    heap.Remove(gone);
                    heap.Remove(gone); // The second time it is no longer in, and nothing happens.
                    model.Remove(gone);
                    break;
                default:
                    var now = random.Next(100);
                    var due = heap.TakeDue(now);
                    var earliest = model.Count == 0 ? long.MaxValue : model.Min(held => held.DeadlineMs);
                    Assert.True((due is null) == (earliest > now), $"Seed {seed}, step {step}.");
                    if (due is not null)
                    {
                        Assert.True(due.DeadlineMs == earliest && model.Remove(due), $"Seed {seed}, step {step}.");
                    }

                    break;
            }

            Assert.True(heap.Count == model.Count, $"Seed {seed}, step {step}.");
            Assert.True(
                heap.NextMs == (model.Count == 0 ? long.MaxValue : model.Min(held => held.DeadlineMs)), $"Seed {seed}, step {step}.");
        }
    }
}
