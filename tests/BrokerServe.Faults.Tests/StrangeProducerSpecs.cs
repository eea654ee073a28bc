using System.Globalization;
using System.Text;
using BrokerServe.Faults.Tests.Audit;
using BrokerServe.Faults.Tests.Strangers;
using BrokerServe.Protocol;
using RabbitMQ.Client;
using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>Faults 10 to 14 and 17: what producers can send that breaks rules, while others are served as ever.</summary>
/// <remarks>A router that broke a rule of the broker's for it would lose a channel: its proxy puts that down.</remarks>
[Collection(nameof(StrangeScene))]
public sealed class StrangeProducerSpecs(StrangeScene strange)
{
    private const int Rate = 100;
    private static readonly ReadOnlyMemory<byte> Some = "some"u8.ToArray();

    [Fact]
    public Task Bytes_that_are_no_message_of_ours_stop_nobody() => BesideLoadAsync(async () =>
    {
        await StrangeBytes.ShowerAsync(strange.Scene, new Random(20));
        await AnswersAsync("ok", "a good request behind bad ones", Scene.Endpoint, body: Some);
    });

    [Fact]
    public Task A_request_that_is_too_large_is_refused() => BesideLoadAsync(async () =>
    {
        await AnswersAsync("payload_too_large", "a large request", StrangeScene.Small, body: new byte[StrangeScene.SmallBytes + 1]);
        await AnswersAsync("ok", "a request of the largest size", StrangeScene.Small, body: new byte[StrangeScene.SmallBytes]);
    });

    [Fact]
    public Task Headers_that_nearly_fill_a_frame_of_the_broker_are_a_bad_request() => BesideLoadAsync(async () =>
    {
        var large = new string('x', 120 * 1024);
        await AnswersAsync("bad_request", "a large header", Scene.Endpoint, Some, call => call.Headers = new Dictionary<string, object?> { ["meta-large"] = large });
        await AnswersAsync("bad_request", "many headers", Scene.Endpoint, Some, call => call.Headers =
            Enumerable.Range(0, 8_000).ToDictionary(n => $"meta-{n.ToString(CultureInfo.InvariantCulture)}", _ => (object?)true));
        await AnswersAsync("bad_request", "headers with bytes that are no text", Scene.Endpoint, Some, call => call.Headers =
            new Dictionary<string, object?> { [HeaderNames.ShardKey] = new byte[] { 0xC3, 0x28 } });
    });

    [Fact]
    public Task An_endpoint_that_nobody_knows_is_said_to_be_unknown_at_once() => BesideLoadAsync(async () =>
    {
        var begun = Evidence.Now;
        await AnswersAsync("endpoint_not_found", "a call to an unknown endpoint", "nobody-knows-it", Some, call => call.Expiration = "20000");
        Assert.True(Evidence.Now - begun < 10_000, "it was answered by its deadline");
    });

    [Fact]
    public Task A_backend_without_replicas_keeps_its_requests_or_refuses_them_as_configured() => BesideLoadAsync(async () =>
    {
        var waiting = await strange.Producer.CallAsync(StrangeScene.Waiting, call => call.Expiration = "20000");
        await AnswersAsync("no_backend", "a call to nobody", StrangeScene.Idle, Some);
        await AnswersAsync("deadline_exceeded", "a short call to nobody", StrangeScene.Waiting, Some, call => call.Expiration = "300");
        Assert.Equal(0, strange.Producer.CountAnswers(waiting));

        await using var worker = await StrangeWorker.StartAsync(strange.Scene, StrangeScene.Waiting, limit: 1);
        await worker.AnswerAsync(await worker.QueryAsync(0), [7]);
        Assert.Equal("ok", (await strange.Producer.AnswerToAsync(waiting, "the call that waited")).Code);
        await worker.LeaveAsync();
    });

    [Theory]
    [InlineData(-1, "deadline_exceeded")]
    [InlineData(1, "ok")]
    public Task A_producer_whose_clock_is_an_hour_off_harms_its_own_calls_only(int hours, string code) => BesideLoadAsync(async () =>
    {
        var deadline = DateTimeOffset.UtcNow.AddHours(hours).ToUnixTimeMilliseconds();
        await AnswersAsync(code, "a call with a deadline of another hour", Scene.Endpoint, Some, call => call.Headers = new Dictionary<string, object?> { [HeaderNames.Deadline] = deadline });
    });

    [Fact]
    public Task A_deadline_an_hour_ahead_is_cut_to_what_the_endpoint_allows() => BesideLoadAsync(async () =>
    {
        // Nobody serves it for an hour; a second is the most that this endpoint lets a request wait.
        var ahead = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds();
        await using var worker = await StrangeWorker.StartAsync(strange.Scene, StrangeScene.Brief, limit: 1);
        var call = await strange.Producer.CallAsync(StrangeScene.Brief, call => call.Headers = new Dictionary<string, object?> { [HeaderNames.Deadline] = ahead });
        var query = await worker.QueryAsync(0);
        var left = Convert.ToInt64(query.Headers![HeaderNames.TimeLeft], CultureInfo.InvariantCulture);
        Assert.InRange(left, 0, 1_000);
        Assert.Equal("deadline_exceeded", (await strange.Producer.AnswerToAsync(call, "a call that nobody answers")).Code);
        await worker.AnswerAsync(query, []);
        await worker.LeaveAsync();
    });

    private async Task AnswersAsync(string code, string what, string endpoint, ReadOnlyMemory<byte> body, Action<BasicProperties>? with = null)
    {
        var answer = await strange.Producer.AnswerToAsync(await strange.Producer.CallAsync(endpoint, with, body), what);
        Assert.True(answer.Code == code, $"{what} was answered {answer.Code}: {answer.Sentence} {Encoding.UTF8.GetString(answer.Body)}");
    }

    // Those who keep the rules are served meanwhile, each call of them, and the broker has found nothing wrong with the router.
    private async Task BesideLoadAsync(Func<Task> act)
    {
        var router = strange.Scene.Routers[0].Proxy;
        strange.Scene.Begin();
        await strange.Scene.LoadAsync(Rate, TimeSpan.Zero, act, TimeSpan.Zero);
        var ends = await strange.Scene.AuditAsync();
        Assert.Equal(["ok"], ends.Keys);
        Assert.Empty(router.Closes);
    }
}
