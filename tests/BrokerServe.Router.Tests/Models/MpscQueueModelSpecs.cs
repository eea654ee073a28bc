using BrokerServe.Router.Mailboxes;
using BrokerServe.Router.Tests.Mailboxes;

namespace BrokerServe.Router.Tests.Models;

/// <summary>The intrusive queue, by one thread, against the queue of the base library.</summary>
public sealed class MpscQueueModelSpecs
{
    [Fact]
    public void The_queue_is_first_in_first_out_also_when_nodes_come_back() => Sequences.Check(
        seeds: 200,
        length: 300,
        chance => new Step(Post: chance.Next(2) == 0, Pick: chance.Next(100)),
        (_, steps) =>
        {
            var queue = new MpscQueue<Note>();
            var model = new Queue<Note>();
            var idle = Enumerable.Range(0, 10).Select(i => new Note(0, i)).ToList();
            foreach (var step in steps)
            {
                if (step.Post && idle.Count > 0)
                {
                    var note = idle[step.Pick % idle.Count];
                    idle.Remove(note);
                    queue.Post(note);
                    model.Enqueue(note);
                }
                else if (!step.Post)
                {
                    Assert.Equal(model.TryDequeue(out var expected), queue.TryTake(out var taken));
                    Assert.Same(expected, taken);
                    if (taken is not null)
                    {
                        idle.Add(taken);
                    }
                }

                Assert.Equal(model.Count == 0, queue.IsEmpty);
            }
        });

    private sealed record Step(bool Post, int Pick);
}
