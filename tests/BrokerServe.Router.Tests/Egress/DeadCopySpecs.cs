using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Router.Tests.Egress;

/// <summary>The copy of a request that killed each of its replicas, and the answer that follows it.</summary>
public sealed class DeadCopySpecs
{
    private readonly CopyRig _rig = new();

    [Fact]
    public async Task The_answer_waits_until_the_copy_is_confirmed_and_says_that_it_is_kept()
    {
        _rig.Lose();
        var copy = await _rig.Broker.NextAsync();
        Assert.Equal(("", "brokerserve.dead", true, true), (copy.Exchange, copy.RoutingKey, copy.Mandatory, copy.Properties.Persistent));
        Assert.True(_rig.Broker.IsSilent && _rig.IsNothingSettled, "It was answered before its copy was confirmed.");

        _rig.Broker.Says.OnConfirmed(1, multiple: false);
        var error = ErrorOf(await _rig.Broker.NextAsync());
        Assert.Equal((ReplyStatus.ReplicaLost, "kept", "2"), (error.Status, error.Detail!["copy"], error.Detail["attempts"]));
        Assert.True(_rig.IsNothingSettled, "It was settled before its answer was confirmed.");

        _rig.Broker.Says.OnConfirmed(2, multiple: false);
        Assert.Equal(1ul, await _rig.SettledAsync());
        await _rig.NothingHeldAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("u42")]
    public async Task The_copy_is_all_of_the_request_that_its_next_attempt_needs(string? shardKey)
    {
        _rig.Lose(shardKey: shardKey);

        var copy = await _rig.Broker.NextAsync();
        var properties = copy.Properties;
        Assert.Equal("poison", Encoding.UTF8.GetString(copy.Body.Span));
        Assert.Equal(("replica_lost", "text/plain", "c-1"), (properties.Type, properties.ContentType, properties.CorrelationId));
        Assert.Equal(("m-1", "shop", null), (properties.MessageId, properties.AppId, properties.ReplyTo));
        Assert.Equal(
            new Dictionary<string, object>
            {
                ["bs-endpoint"] = "greet", ["bs-backend"] = "v1", ["bs-attempts"] = 2L, ["bs-history"] = "1 r1 10; 2 r2 30", ["bs-method"] = "brew",
                ["bs-priority"] = 7L, ["traceparent"] = "00-1", ["meta-tenant"] = "ada", ["x-forwarded-for"] = "7",
            }.Concat(shardKey is null ? [] : [new("bs-shard-key", shardKey)]).OrderBy(header => header.Key, StringComparer.Ordinal),
            properties.Headers!.Select(header => new KeyValuePair<string, object>(
                header.Key, header.Value.Kind == HeaderKind.Integer ? header.Value.Integer : header.Value.Text)).OrderBy(header => header.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_one_way_request_is_settled_with_its_copy_and_nothing_else_is_said()
    {
        _rig.Lose(replyTo: null);
        await _rig.Broker.NextAsync();

        _rig.Broker.Says.OnConfirmed(1, multiple: false);

        await _rig.SettledAsync();
        Assert.True(_rig.Broker.IsSilent, "More was published than the copy.");
        await _rig.NothingHeldAsync();
    }

    [Fact]
    public async Task A_copy_that_is_refused_once_is_tried_again_and_kept()
    {
        _rig.Lose();
        await _rig.Broker.NextAsync();
        _rig.Broker.Says.OnRefused(1, multiple: false);
        Assert.Equal("brokerserve.dead", (await _rig.Broker.NextAsync()).RoutingKey);

        _rig.Broker.Says.OnConfirmed(2, multiple: false);
        Assert.Equal("kept", ErrorOf(await _rig.Broker.NextAsync()).Detail!["copy"]);

        // The answer has two tries of its own.
        _rig.Broker.Says.OnRefused(3, multiple: false);
        Assert.Equal(CopyRig.ReplyTo, (await _rig.Broker.NextAsync()).RoutingKey);
        _rig.Broker.Says.OnConfirmed(4, multiple: false);
        await _rig.SettledAsync();
    }

    [Fact]
    public async Task A_copy_that_is_refused_twice_is_given_up_and_the_answer_claims_nothing()
    {
        _rig.Lose();
        await _rig.Broker.NextAsync();
        _rig.Broker.Says.OnRefused(1, multiple: false);
        await _rig.Broker.NextAsync();
        _rig.Broker.Says.OnRefused(2, multiple: false);

        Assert.DoesNotContain("copy", ErrorOf(await _rig.Broker.NextAsync()).Detail!.Keys);
        _rig.Broker.Says.OnConfirmed(3, multiple: false);
        await _rig.SettledAsync();
        await _rig.NothingHeldAsync();
    }

    [Fact]
    public async Task A_copy_that_finds_no_queue_is_tried_again_once_the_queue_is_declared()
    {
        _rig.Lose();
        await ReturnAsync(1);

        Assert.Equal("brokerserve.dead", (await _rig.Broker.NextAsync()).RoutingKey);
        Assert.Equal(["brokerserve.dead"], _rig.Connection.Declared);
        _rig.Broker.Says.OnConfirmed(2, multiple: false);
        Assert.Equal("kept", ErrorOf(await _rig.Broker.NextAsync()).Detail!["copy"]);
    }

    [Fact]
    public async Task A_copy_that_finds_no_queue_twice_is_given_up_and_the_answer_claims_nothing()
    {
        _rig.Lose();
        await ReturnAsync(1);
        await ReturnAsync(2);

        Assert.DoesNotContain("copy", ErrorOf(await _rig.Broker.NextAsync()).Detail!.Keys);
    }

    [Fact]
    public async Task A_copy_that_is_too_large_is_given_up_and_its_producer_answered()
    {
        _rig.Broker.Refusal = "The headers have 70000 bytes; the limit is 65536.";
        _rig.Lose();

        Assert.DoesNotContain("copy", ErrorOf(await _rig.Broker.NextAsync()).Detail!.Keys);
        _rig.Broker.Says.OnConfirmed(1, multiple: false);
        await _rig.SettledAsync();
        await _rig.NothingHeldAsync();
    }

    [Fact]
    public async Task A_one_way_request_whose_copy_cannot_be_kept_leaves_at_least_why()
    {
        _rig.Broker.Refusal = "The headers have 70000 bytes; the limit is 65536.";
        _rig.Lose(replyTo: null);

        var why = await _rig.Broker.NextAsync();
        Assert.Equal("brokerserve.dead", why.RoutingKey);
        Assert.Equal(ReplyStatus.ReplicaLost, ErrorOf(why).Status);
        Assert.False(why.Properties.Headers!.TryGetText(HeaderNames.History, out _), "It says that it is a copy, and is none.");
    }

    [Fact]
    public async Task A_copy_that_was_not_confirmed_when_the_connection_was_lost_is_sent_again_before_the_answer()
    {
        _rig.Lose();
        await _rig.Broker.NextAsync();

        await _rig.ReconnectAsync();

        Assert.Equal("brokerserve.dead", (await _rig.Broker.NextAsync()).RoutingKey);
        _rig.Broker.Says.OnConfirmed(1, multiple: false);
        Assert.Equal("kept", ErrorOf(await _rig.Broker.NextAsync()).Detail!["copy"]);
        _rig.Broker.Says.OnConfirmed(2, multiple: false);
        await _rig.SettledAsync();
    }

    [Fact]
    public async Task A_connection_that_is_lost_between_copy_and_answer_costs_no_second_copy()
    {
        _rig.Lose();
        await _rig.Broker.NextAsync();
        _rig.Broker.Says.OnConfirmed(1, multiple: false);
        await _rig.Broker.NextAsync();

        await _rig.ReconnectAsync();

        var answer = await _rig.Broker.NextAsync();
        Assert.Equal((CopyRig.ReplyTo, "kept"), (answer.RoutingKey, ErrorOf(answer).Detail!["copy"]));
        _rig.Broker.Says.OnConfirmed(1, multiple: false);
        await _rig.SettledAsync();
        Assert.True(_rig.Broker.IsSilent, "More was published than the answer.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_router_that_stops_meanwhile_ends_after_copy_and_answer_are_confirmed(bool isRefusedOnce)
    {
        _rig.Lose();
        await _rig.Broker.NextAsync();
        _rig.Stop();
        var sequence = 1ul;
        if (isRefusedOnce)
        {
            _rig.Broker.Says.OnRefused(sequence++, multiple: false);
            await _rig.Broker.NextAsync();
        }

        _rig.Broker.Says.OnConfirmed(sequence++, multiple: false);
        Assert.Equal(CopyRig.ReplyTo, (await _rig.Broker.NextAsync()).RoutingKey);
        Assert.False(_rig.Running.IsCompleted, "The loop ended with an answer under way.");
        _rig.Broker.Says.OnConfirmed(sequence, multiple: false);

        await Mailboxes.Patience.For(_rig.Running, "the loop did not end");
        await _rig.SettledAsync();
    }

    private async Task ReturnAsync(ulong sequence)
    {
        var copy = await _rig.Broker.NextAsync();
        Assert.Equal("brokerserve.dead", copy.RoutingKey);
        _rig.Broker.Says.OnReturned(new ReturnedMessage(copy.Exchange, copy.RoutingKey, copy.Properties, copy.Body.Span));
        _rig.Broker.Says.OnConfirmed(sequence, multiple: false);
    }

    private static ErrorBody ErrorOf(OutboundMessage message)
    {
        Assert.True(ErrorBody.TryDecode(message.Body.Span, out var error), $"What went to {message.RoutingKey} is no error.");
        return error;
    }
}
