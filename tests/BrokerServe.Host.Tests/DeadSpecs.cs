using System.Text.Json;
using BrokerServe.Host.Dead;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Tests;

/// <summary><c>brokerserve dead</c>: nothing leaves the queue that was not dropped, answered or kept anew.</summary>
public sealed class DeadSpecs : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private DeadRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await DeadRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task What_is_listed_stays_in_its_place_with_the_same_ids()
    {
        await _rig.PutCopyAsync("m-1");
        await _rig.PutReasonAsync("It was too hot.");

        var lines = await _rig.ListAsync();

        Assert.Equal(
            ["replica_lost  greet  attempts 2  6 bytes", "handler_error  greet  attempts 1  no payload"],
            lines.Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 2)..]));
        Assert.Equal(lines, await _rig.ListAsync());
        var (_, json, _) = await _rig.RunAsync(run => run.ListAsync(), json: true);
        Assert.Equal("It was too hot.", JsonDocument.Parse(json).RootElement[1].GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_limit_reaches_the_oldest()
    {
        await _rig.PutCopyAsync("m-1");
        await _rig.PutCopyAsync("m-2");

        var (code, output, _) = await _rig.RunAsync(run => run.ListAsync(), limit: 1, json: true);

        Assert.Equal(0, code);
        Assert.Equal("m-1", Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray()).GetProperty("message_id").GetString());
    }

    [Fact]
    public async Task All_that_is_known_of_one_is_shown_with_its_payload()
    {
        await _rig.PutCopyAsync("m-1", headers: [new("meta-tenant", "ada")]);
        var id = Assert.Single(await _rig.IdsAsync());

        var (code, output, error) = await _rig.RunAsync(run => run.ShowAsync(id));

        Assert.Equal((0, ""), (code, error));
        var shown = Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray());
        Assert.Equal("poison"u8.ToArray(), shown.GetProperty("body").GetBytesFromBase64());
        Assert.Equal("ada", shown.GetProperty("headers").GetProperty("meta-tenant").GetString());
        Assert.Equal("1 r1 10; 2 r2 30", shown.GetProperty("history").GetString());
        Assert.Single(await _rig.IdsAsync());
    }

    [Fact]
    public async Task An_id_that_is_not_there_is_named_and_the_others_are_dropped()
    {
        await _rig.PutCopyAsync("m-1");
        await _rig.PutCopyAsync("m-2");
        var ids = await _rig.IdsAsync();

        var (code, output, error) = await _rig.RunAsync(run => run.DropAsync(["feedfeedfeed", ids[1]], all: false));

        Assert.Equal(1, code);
        Assert.StartsWith("feedfeedfeed: not among the oldest 2 messages.", error, StringComparison.Ordinal);
        Assert.StartsWith(ids[1], output, StringComparison.Ordinal);
        Assert.Equal([ids[0]], await _rig.IdsAsync());
    }

    [Fact]
    public async Task Of_two_that_are_alike_in_everything_one_is_dropped()
    {
        await _rig.PutCopyAsync("m-1");
        await _rig.PutCopyAsync("m-1");
        var ids = await _rig.IdsAsync();
        Assert.Equal($"{ids[0]}-2", ids[1]);

        Assert.Equal(0, (await _rig.RunAsync(run => run.DropAsync([ids[1]], all: false))).Code);

        Assert.Equal([ids[0]], await _rig.IdsAsync());
    }

    [Fact]
    public async Task All_are_dropped_that_the_limit_reaches()
    {
        await _rig.PutCopyAsync("m-1");
        await _rig.PutReasonAsync("It was too hot.");
        await _rig.PutCopyAsync("m-3");
        var ids = await _rig.IdsAsync();

        Assert.Equal(0, (await _rig.RunAsync(run => run.DropAsync([], all: true), limit: 2)).Code);

        Assert.Equal([ids[2]], await _rig.IdsAsync());
    }

    [Fact]
    public async Task A_replay_is_the_same_request_with_a_return_address_and_a_deadline_of_its_own()
    {
        await _rig.PutCopyAsync(
            "m-1",
            headers:
            [
                new("bs-method", "brew"), new("bs-priority", 7), new("bs-shard-key", "u42"), new("traceparent", "00-1"), new("meta-tenant", "ada"),
                new("x-forwarded-for", "7"),
            ]);

        Assert.Equal(0, (await ReplayAsync()).Code);

        var request = Assert.Single(_rig.Requests);
        Assert.Equal("poison"u8.ToArray(), request.Body);
        Assert.Equal(("m-1", "shop"), (request.Properties.MessageId, request.Properties.AppId));
        Assert.Equal(("brew", "text/plain", true), (request.Properties.Type, request.Properties.ContentType, request.Properties.Persistent));
        Assert.NotEqual("of-the-producer", request.Properties.CorrelationId);
        Assert.Equal(
            ["bs-deadline", "bs-priority", "bs-shard-key", "meta-tenant", "traceparent", "x-forwarded-for"],
            request.Properties.Headers!.Select(header => header.Key).Order(StringComparer.Ordinal));
        Assert.Empty(await _rig.IdsAsync());
    }

    [Fact]
    public async Task A_replay_that_fails_leaves_the_message_in_its_place()
    {
        await _rig.PutCopyAsync("m-1");
        await _rig.PutCopyAsync("m-2");
        var ids = await _rig.IdsAsync();
        _rig.Answer = request => request.Properties.MessageId == "m-1" ? new ErrorBody(ReplyStatus.Overloaded, "Full.", Retryable: true) : null;

        var (code, output, error) = await ReplayAsync();

        Assert.Equal((1, $"{ids[0]}: overloaded: Full. It stays."), (code, error));
        Assert.StartsWith(ids[1], output, StringComparison.Ordinal);
        Assert.Equal([ids[0]], await _rig.IdsAsync());
    }

    [Fact]
    public async Task A_replay_that_dies_again_goes_only_when_the_router_says_that_it_has_kept_a_new_copy()
    {
        await _rig.PutCopyAsync("m-1");
        await _rig.PutCopyAsync("m-1");
        var ids = await _rig.IdsAsync();
        var lost = new ErrorBody(ReplyStatus.ReplicaLost, "Each attempt ended.", Retryable: false);
        var kept = lost with { Detail = new Dictionary<string, string> { [ErrorBody.CopyDetail] = ErrorBody.CopyKept } };
        _rig.Answer = _ => _rig.Requests.Count == 1 ? lost : kept;

        var (code, _, error) = await ReplayAsync();

        Assert.Equal(1, code);
        Assert.Equal(
            [$"{ids[0]}: replica_lost: Each attempt ended. It stays.", $"{ids[1]}: replica_lost: Each attempt ended. A new copy is in its place."],
            error.Split(Environment.NewLine));
        Assert.Equal([ids[0]], await _rig.IdsAsync());
    }

    [Fact]
    public async Task A_replay_without_a_reply_leaves_the_message_in_its_place()
    {
        await _rig.PutCopyAsync("m-1");
        _rig.Answer = null;

        var (code, _, error) = await ReplayAsync(TimeSpan.FromMilliseconds(50));

        Assert.Equal(1, code);
        Assert.Contains("deadline_exceeded: There was no reply within 50ms", error, StringComparison.Ordinal);
        Assert.Single(await _rig.IdsAsync());
    }

    [Fact]
    public async Task What_holds_no_request_cannot_be_called_and_stays()
    {
        await _rig.PutReasonAsync("It was too hot.");
        var id = Assert.Single(await _rig.IdsAsync());

        var (code, output, error) = await ReplayAsync();

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith($"{id}: bad_request: ", error, StringComparison.Ordinal);
        Assert.Equal([id], await _rig.IdsAsync());
    }

    [Theory]
    [InlineData("of-the-producer")]
    [InlineData("")]
    public async Task A_reply_to_another_call_takes_nothing_out(string correlationId)
    {
        await _rig.PutCopyAsync("m-1");
        _rig.CorrelationId = correlationId;

        Assert.Equal(1, (await ReplayAsync(TimeSpan.FromMilliseconds(50))).Code);

        Assert.Single(_rig.Requests);
        Assert.Single(await _rig.IdsAsync());
    }

    [Fact]
    public async Task A_refusal_that_comes_late_ends_no_other_call()
    {
        await _rig.PutCopyAsync("m-1");
        await using var queue = await DeadQueue.OpenAsync(_rig.Broker, new ObjectNames().Dead, 1, static _ => true, CancellationToken.None);
        var message = Assert.Single(queue.Messages);
        await using var caller = await DeadCaller.OpenAsync(_rig.Broker, new ObjectNames(), CancellationToken.None);
        IPublisherEvents broker = caller;
        _rig.Answer = null;
        var first = await caller.CallAsync(message, TimeSpan.FromMilliseconds(20), CancellationToken.None);
        Assert.Equal(ReplyStatus.DeadlineExceeded, first!.Status);

        _rig.Answer = _ =>
        {
            broker.OnRefused(1, multiple: false); // The first call's; what is pending is the second.
            broker.OnRefused(1, multiple: true);
            return null;
        };
        Assert.Null(await caller.CallAsync(message, Timeout, CancellationToken.None));

        _rig.Answer = _ =>
        {
            broker.OnRefused(3, multiple: false);
            return null;
        };
        var third = await caller.CallAsync(message, Timeout, CancellationToken.None);
        Assert.Equal(ReplyStatus.Overloaded, third!.Status);
    }

    [Fact]
    public async Task A_hold_that_the_broker_ends_during_a_replay_is_not_printed_as_done()
    {
        await _rig.PutCopyAsync("m-1");
        var id = Assert.Single(await _rig.IdsAsync());
        _rig.Answer = _ =>
        {
            _rig.DeleteQueueAsync().GetAwaiter().GetResult(); // As the broker ends a hold after its consumer timeout.
            return null;
        };

        var (code, output, error) = await ReplayAsync();

        Assert.Equal((1, ""), (code, output));
        Assert.EndsWith($"may still be there: {id}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_queue_the_command_says_so()
    {
        await _rig.DeleteQueueAsync();

        var (code, _, error) = await _rig.RunAsync(run => run.ListAsync());

        Assert.Equal((1, "unavailable: There is no queue 'brokerserve.dead'. A router makes it; check --prefix."), (code, error));
    }

    private Task<(int Code, string Output, string Error)> ReplayAsync(TimeSpan? timeout = null) =>
        _rig.RunAsync(run => run.ReplayAsync([], all: true, timeout ?? Timeout));
}
