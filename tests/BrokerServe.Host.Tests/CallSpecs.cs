using System.Text;
using BrokerServe.Client;
using BrokerServe.Host.Calls;
using BrokerServe.Host.Payloads;
using BrokerServe.Protocol;

namespace BrokerServe.Host.Tests;

/// <summary><c>brokerserve call</c>.</summary>
public sealed class CallSpecs
{
    [Fact]
    public async Task Text_goes_as_text_and_the_reply_is_printed_as_it_comes()
    {
        await using var system = await TrialSystem.StartAsync("upper");

        Assert.Equal((0, "HELLO", ""), await RunAsync(system, "hello"));
    }

    [Fact]
    public async Task JSON_goes_as_MessagePack_and_comes_back_as_JSON()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        const string Json = """{"name":"Ada","age":36,"tags":["a",null,true,1.5]}""";

        Assert.Equal((0, Json, ""), await RunAsync(system, Json, json: true));
    }

    [Fact]
    public async Task The_payload_can_come_from_standard_input()
    {
        await using var system = await TrialSystem.StartAsync("upper");

        Assert.Equal((0, "\"PIPED\"", ""), await RunAsync(system, "-", json: true, input: "\"piped\""));
    }

    [Fact]
    public async Task An_error_exits_with_1_and_code_and_message_are_on_standard_error()
    {
        await using var system = await TrialSystem.StartAsync("fail:1");

        var (code, output, error) = await RunAsync(system, "hello");

        Assert.Equal((1, ""), (code, output));
        Assert.Equal("handler_error: System.InvalidOperationException: This handler fails on purpose.", error);
    }

    [Fact]
    public async Task A_method_that_is_not_there_is_named_with_those_that_are()
    {
        await using var system = await TrialSystem.StartAsync("echo");

        var (code, _, error) = await RunAsync(system, "hello", options: new InvokeOptions { Method = "shout" });

        Assert.Equal(1, code);
        Assert.StartsWith("method_not_found: ", error, StringComparison.Ordinal);
        Assert.Contains("__call__", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_timeout_exits_with_1()
    {
        await using var system = await TrialSystem.StartAsync("sleep:60000");

        // Time enough to be sent: what was not ends as unavailable.
        var (code, _, error) = await RunAsync(system, "hello", options: new InvokeOptions { Timeout = TimeSpan.FromSeconds(2) });

        Assert.Equal(1, code);
        Assert.StartsWith("deadline_exceeded: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0xC1 }, null)]
    [InlineData(new byte[] { 0x92, 0x01 }, null)]
    [InlineData(new byte[] { 0x92, 0x01, 0xC0 }, "[1,null]")]
    [InlineData(new byte[0], "null")]
    public void A_reply_that_is_no_MessagePack_is_not_printed_as_JSON(byte[] body, string? json) =>
        Assert.Equal(json, JsonPayload.ToJson(new RawReply(body, ContentTypes.MessagePack, null, null, 0)));

    [Fact]
    public void A_reply_that_is_JSON_already_is_printed_as_it_is() =>
        Assert.Equal("""{"a":1}""", JsonPayload.ToJson(new RawReply("""{"a":1}"""u8.ToArray(), "application/json", null, null, 0)));

    [Fact]
    public async Task A_one_way_request_prints_nothing_and_exits_with_0()
    {
        await using var system = await TrialSystem.StartAsync("echo");

        Assert.Equal((0, "", ""), await RunAsync(system, "hello", oneWay: true));
    }

    [Fact]
    public async Task Who_answered_is_said_on_standard_error_when_asked_for()
    {
        await using var system = await TrialSystem.StartAsync("echo");

        var (code, output, error) = await RunAsync(system, "hello", verbose: true);

        Assert.Equal((0, "hello"), (code, output));
        Assert.Contains("of greet-v1, attempt 1", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_is_away_is_said_in_one_line()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        system.Broker.Stop();

        var (code, _, error) = await RunAsync(system, "hello");

        Assert.Equal(1, code);
        Assert.Equal("unavailable: The in-memory broker is stopped.", error);
        system.Broker.Start();
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        TrialSystem system,
        string payload,
        bool json = false,
        bool oneWay = false,
        bool verbose = false,
        string input = "",
        InvokeOptions? options = null)
    {
        options ??= new InvokeOptions();
        options = options with
        {
            Timeout = options.Timeout ?? TimeSpan.FromSeconds(20),
            ContentType = json ? ContentTypes.MessagePack : null,
        };
        var call = new CallRequest("greet", payload, json, oneWay, verbose, ObjectNames.DefaultPrefix, options);
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await Within.ReasonAsync(
            CallRun.RunAsync(system.Broker, call, () => new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error), "the call ended");
        return (code, output.ToString().TrimEnd(), error.ToString().TrimEnd());
    }
}
