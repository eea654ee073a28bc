using BrokerServe.Protocol;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.EndToEnd;

/// <summary>Errors whose code the author chose.</summary>
public sealed class ChosenErrorSpecs
{
    [Fact]
    public async Task A_handler_can_choose_the_error_that_the_caller_gets()
    {
        var facts = new Dictionary<string, string> { ["retry_after_ms"] = "250" };
        await using var worker = await WorkerHost.StartAsync(w => w.HandleRaw(
            _ => throw new QueryException(ReplyStatus.Overloaded, "Not now.", retryable: false, facts, new FormatException("the cause"))));

        var reply = await worker.Router.AsksAsync(worker.Replica, new Query(1));

        Assert.Equal(ReplyStatus.Overloaded, reply.Status);
        Assert.Equal((ReplyStatus.Overloaded, "Not now.", false), (reply.Error.Status, reply.Error.Message, reply.Error.Retryable));
        Assert.Equal(facts, reply.Error.Detail!);
    }

    [Fact]
    public async Task Facts_of_a_chosen_error_that_no_broker_would_carry_are_cut_or_left_out()
    {
        var pages = Enumerable.Range(0, 200).ToDictionary(number => $"{number:000} {new string('n', 5_000)}", _ => new string('v', 5_000));
        await using var worker = await WorkerHost.StartAsync(
            w => w.HandleRaw(_ => throw new QueryException(ReplyStatus.BadRequest, new string('m', 5_000), detail: pages)),
            options: new() { Limits = new(MaxBodyBytes: 100_000) });

        var error = (await worker.Router.AsksAsync(worker.Replica, new Query(1))).Error;

        Assert.Equal(new string('m', 4_096), error.Message);
        Assert.Empty(error.Detail ?? new Dictionary<string, string>());
    }

    [Theory]
    [InlineData(ReplyStatus.Ok)]
    [InlineData(ReplyStatus.ShuttingDown)]
    [InlineData(ReplyStatus.ReplicaLost)]
    [InlineData(ReplyStatus.Internal)]
    [InlineData((ReplyStatus)99)]
    public void What_is_not_a_handlers_to_say_is_refused_when_it_is_said(ReplyStatus status) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new QueryException(status, "Whatever."));
}
