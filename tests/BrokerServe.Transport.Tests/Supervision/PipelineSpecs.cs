using BrokerServe.Transport.Supervision;

namespace BrokerServe.Transport.Tests.Supervision;

public sealed class PipelineSpecs
{
    [Fact]
    public void It_is_full_at_its_depth_and_tells_whoever_found_it_so_when_a_message_has_left()
    {
        var pipeline = new Pipeline();
        for (var i = 0; i < Pipeline.Depth; i++)
        {
            Assert.False(pipeline.IsFull());
            pipeline.Enter();
        }

        Assert.True(pipeline.IsFull());
        Assert.True(pipeline.Leave());
        Assert.False(pipeline.IsFull());
    }

    [Fact]
    public void Nobody_is_told_who_did_not_ask()
    {
        var pipeline = new Pipeline();
        for (var i = 0; i < Pipeline.Depth; i++)
        {
            pipeline.Enter();
        }

        Assert.False(pipeline.Leave());
        pipeline.Enter();
        Assert.True(pipeline.IsFull());
        Assert.True(pipeline.Leave());
        Assert.False(pipeline.Leave());
    }

    [Fact]
    public void It_is_idle_when_every_message_has_left()
    {
        var pipeline = new Pipeline();
        Assert.True(pipeline.IsIdle);
        pipeline.Enter();
        Assert.False(pipeline.IsIdle);
        pipeline.Leave();
        Assert.True(pipeline.IsIdle);
    }

    [Fact]
    public async Task Whoever_finds_it_full_is_always_told()
    {
        const int Messages = 200_000;
        var pipeline = new Pipeline();
        using var told = new SemaphoreSlim(0);
        var entered = 0;
        var left = 0;
        var leaving = Task.Run(() =>
        {
            while (left < Messages)
            {
                if (left < Volatile.Read(ref entered))
                {
                    left++;
                    if (pipeline.Leave())
                    {
                        told.Release();
                    }
                }
            }
        });
        for (var sent = 0; sent < Messages; sent++)
        {
            while (pipeline.IsFull())
            {
                Assert.True(await told.WaitAsync(TimeSpan.FromSeconds(30)), $"Nobody said that there is room, after {sent} messages.");
            }

            pipeline.Enter();
            Volatile.Write(ref entered, sent + 1);
        }

        await leaving.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(pipeline.IsIdle);
    }
}
