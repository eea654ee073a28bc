using BrokerServe.Router.Dispatch;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Tests.Models;

/// <summary>The backlog against <see cref="BacklogModel"/>.</summary>
public sealed class BacklogModelSpecs
{
    private enum Kind
    {
        Add,
        AddFirst,
        Take,
        Remove,
        Bound,
        EndEpoch,
        Shadow,
    }

    [Fact]
    public void The_backlog_serves_as_lists_would() => Sequences.Check(
        seeds: 300,
        length: 400,
        chance => new Step(
            chance.Next(20) switch { < 8 => Kind.Add, < 9 => Kind.AddFirst, < 15 => Kind.Take, < 17 => Kind.Remove, < 18 => Kind.Bound, < 19 => Kind.EndEpoch, _ => Kind.Shadow },
            Endpoint: chance.Next(12),
            Priority: chance.Next(10),
            Pick: chance.Next(1_000)),
        (_, steps) => Run(steps));

    private static void Run(IReadOnlyList<Step> steps)
    {
        var backlog = new Backlog();
        var model = new BacklogModel();
        var max = 3;
        var arrivals = 0;
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case Kind.Add or Kind.AddFirst or Kind.Shadow:
                    var request = new Request
                    {
                        EndpointId = step.Endpoint,
                        Priority = step.Priority,
                        ArrivalNumber = ++arrivals,
                        Epoch = (uint)arrivals,
                        CorrelationId = ShortText.Of($"request {arrivals}"),
                        IsShadow = step.Kind == Kind.Shadow,
                        Call = PooledBytes.TakeOver([], step.Pick),
                    };
                    Add(request, step.Kind == Kind.AddFirst);
                    break;
                case Kind.Take:
                    var expected = model.Take(max);
                    Assert.Equal(expected is not null, backlog.TryTake(max, out var taken));
                    Assert.Same(expected, taken);
                    break;
                case Kind.Remove when model.All.Any():
                    Remove(model.All.ElementAt(step.Pick % model.All.Count()));
                    break;
                case Kind.Bound:
                    max = 1 + (step.Pick % 5);
                    backlog.AdmitHeld(max);
                    model.AdmitHeld(max);
                    break;
                case Kind.EndEpoch:
                    var epoch = (uint)Math.Max(0, arrivals - (step.Pick % 20));
                    var collected = new List<Request>();
                    backlog.CollectUpTo(epoch, collected);
                    Assert.Equal(model.All.Where(r => !r.IsShadow && r.Epoch <= epoch).OrderBy(r => r.Epoch), collected.OrderBy(r => r.Epoch));
                    collected.ForEach(Remove);
                    break;
            }

            Compare(backlog, model);
        }

        // Emptied as for a removed backend, it is empty.
        while (backlog.Any() is { } rest)
        {
            Remove(rest);
        }

        Assert.Empty(model.All);
        Compare(backlog, model);

        void Add(Request request, bool first)
        {
            if (request.IsShadow)
            {
                backlog.AddShadow(request);
                model.Shadows.Add(request);
            }
            else if (first)
            {
                backlog.AddFirst(request);
                model.Add(request, first: true);
            }
            else if (backlog.WaitingOf(request.EndpointId) >= max)
            {
                backlog.Hold(request);
                model.Hold(request);
            }
            else
            {
                backlog.AddLast(request);
                model.Add(request, first: false);
            }
        }

        void Remove(Request request)
        {
            backlog.Remove(request, max);
            model.Remove(request, max);
        }
    }

    private static void Compare(Backlog backlog, BacklogModel model)
    {
        Assert.Equal(model.Waiting, backlog.Waiting);
        Assert.Equal(model.Held, backlog.Held);
        Assert.Equal(model.Shadows.Count, backlog.Shadows);
        Assert.Equal(model.Shadows.Sum(s => (long)s.Call.Length), backlog.ShadowBytes);
        Assert.Equal(model.Waiting + model.Shadows.Count == 0, backlog.IsEmpty);
        Assert.All(Enumerable.Range(0, 12), e => Assert.Equal(model.WaitingOf(e), backlog.WaitingOf(e)));
    }

    private sealed record Step(Kind Kind, int Endpoint, int Priority, int Pick);
}
