using BrokerServe.Router.Dispatch;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Tests.Models;

/// <summary>The index of cancellation keys against a dictionary.</summary>
public sealed class CancelIndexModelSpecs
{
    private enum Kind
    {
        Add,
        Remove,
        Find,
    }

    [Fact]
    public void The_index_finds_the_first_request_of_a_key_until_it_is_removed() => Sequences.Check(
        seeds: 200,
        length: 600,
        chance => new Step(chance.Next(10) < 5 ? Kind.Add : (Kind)chance.Next(1, 3), chance.Next(3), chance.Next(200), chance.Next(1_000)),
        (_, steps) =>
        {
            var index = new CancelIndex();
            var first = new Dictionary<(string, string), Request>();
            var all = new List<Request>();
            foreach (var step in steps)
            {
                var (replyTo, id) = ($"replies {step.ReplyTo}", $"call {step.Id}");
                switch (step.Kind)
                {
                    case Kind.Add:
                        var request = new Request { ReplyTo = step.Id == 0 ? null : replyTo, CorrelationId = ShortText.Of(id), IsShadow = step.Id == 1 };
                        index.Add(request);
                        all.Add(request);
                        if (step.Id > 1)
                        {
                            first.TryAdd((replyTo, id), request);
                        }

                        break;
                    case Kind.Remove when all.Count > 0:
                        var removed = all[step.Pick % all.Count];
                        index.Remove(removed); // No error for one that is not in there, such as the second of its key.
                        if (removed.ReplyTo is not null && first.GetValueOrDefault((removed.ReplyTo, removed.CorrelationId.ToString())) == removed)
                        {
                            first.Remove((removed.ReplyTo, removed.CorrelationId.ToString()));
                        }

                        break;
                    case Kind.Find:
                        Assert.Same(first.GetValueOrDefault((replyTo, id)), index.Find(replyTo, id));
                        break;
                }

                Assert.Equal(first.Count, index.Count);
            }
        });

    private sealed record Step(Kind Kind, int ReplyTo, int Id, int Pick);
}
