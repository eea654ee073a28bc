using BrokerServe.Faults.Tests.Strangers;
using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>Faults 8, 9 and 10: workers that answer twice, after everybody has gone, or what was never asked.</summary>
[Collection(nameof(StrangeScene))]
public sealed class StrangeWorkerSpecs(StrangeScene strange)
{
    private static readonly byte[] Right = [1];
    private static readonly byte[] Wrong = [2];

    [Fact]
    public async Task A_worker_that_answers_each_query_twice_is_heard_once_and_has_the_credit_of_one()
    {
        const int Limit = 2;
        const int Calls = 40;
        await using var worker = await StrangeWorker.StartAsync(strange.Scene, StrangeScene.Odd, Limit);
        var ids = new List<string>();
        for (var n = 0; n < Calls; n++)
        {
            ids.Add(await strange.Producer.CallAsync(StrangeScene.Odd));
        }

        for (var n = 0; n < Calls; n++)
        {
            var query = await worker.QueryAsync(n);
            await worker.AnswerAsync(query, Right);
            await worker.AnswerAsync(query, Wrong);
            Assert.True(worker.Queries.Count <= n + 1 + Limit, $"{worker.Queries.Count} queries came to a worker of limit {Limit} that has answered {n + 1}");
        }

        // What a second answer could do it has done when the answers to later calls are there.
        foreach (var id in ids)
        {
            Assert.Equal(Right, (await strange.Producer.AnswerToAsync(id, id)).Body);
        }

        Assert.All(ids, id => Assert.Equal(1, strange.Producer.CountAnswers(id)));
        await worker.LeaveAsync();
    }

    [Fact]
    public async Task An_answer_that_comes_after_its_deadline_is_dropped_and_only_then_is_there_credit_again()
    {
        await using var worker = await StrangeWorker.StartAsync(strange.Scene, StrangeScene.Odd, limit: 1);
        var late = await strange.Producer.CallAsync(StrangeScene.Odd, call => call.Expiration = "300");
        var held = await worker.QueryAsync(0);
        var next = await strange.Producer.CallAsync(StrangeScene.Odd);
        Assert.Equal("deadline_exceeded", (await strange.Producer.AnswerToAsync(late, "a call whose deadline has passed")).Code);

        // A request of another kind goes the whole way: what the router did for the deadline is done, and the worker has got nothing.
        var passing = await strange.Producer.CallAsync(StrangeScene.Idle);
        await strange.Producer.AnswerToAsync(passing, "a call to nobody");
        Assert.Single(worker.Queries);

        await worker.AnswerAsync(held, Wrong);
        await worker.AnswerAsync(await worker.QueryAsync(1), Right);
        Assert.Equal(Right, (await strange.Producer.AnswerToAsync(next, "the next call")).Body);
        Assert.Equal(1, strange.Producer.CountAnswers(late));
        await worker.LeaveAsync();
    }
}
