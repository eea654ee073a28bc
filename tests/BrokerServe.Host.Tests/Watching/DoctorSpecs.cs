using System.Net;
using System.Text;
using System.Text.Json;
using BrokerServe.Host.Doctor;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Host.Tests.Watching;

/// <summary>What <c>brokerserve doctor</c> finds, and what it says to do.</summary>
public sealed class DoctorSpecs
{
    private static readonly ObjectNames Names = new();

    [Fact]
    public async Task A_sound_system_has_nothing_but_a_note_of_what_was_not_asked()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        await system.WarmUpAsync();

        var (code, said) = await RunAsync(system.Broker, management: null);

        Assert.True(code == 0, said.GetRawText());
        Assert.Equal(["not_asked"], Codes(said));
        Assert.Contains(said.GetProperty("sound").EnumerateArray(), sound => sound.GetString()!.StartsWith("connected to", StringComparison.Ordinal));
        Assert.Contains(said.GetProperty("sound").EnumerateArray(), sound => sound.GetString()!.StartsWith("this user may declare", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_is_away_is_the_first_thing_that_is_wrong()
    {
        using var broker = new InMemoryBroker();
        broker.Stop();

        var (code, said) = await RunAsync(broker, management: null);

        Assert.Equal(1, code);
        Assert.Equal("unreachable", Codes(said)[0]);
        Assert.NotEmpty(said.GetProperty("problems")[0].GetProperty("remedy").GetString()!);
    }

    [Fact]
    public async Task What_was_given_up_on_is_found_and_the_remedy_keeps_it()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        await system.WarmUpAsync();
        await using (var connection = await system.Broker.ConnectAsync("test", CancellationToken.None))
        await using (var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, CancellationToken.None))
        {
            await publisher.PublishAsync(new OutboundMessage("", Names.Dead, Mandatory: false, new MessageProperties(), new byte[] { 1 }));
            while (await connection.InspectQueueAsync(Names.Dead, CancellationToken.None) is not { Ready: 1 })
            {
                await Task.Delay(10);
            }
        }

        var (code, said) = await RunAsync(system.Broker, management: null);

        Assert.True(code == 0, said.GetRawText());
        var dead = Assert.Single(said.GetProperty("problems").EnumerateArray(), problem => problem.GetProperty("code").GetString() == "dead");
        var remedy = dead.GetProperty("remedy").GetString()!;
        Assert.All(["dead list", "show", "dead replay", "dead drop"], word => Assert.Contains(word, remedy, StringComparison.Ordinal));
        Assert.DoesNotContain("purge", remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_management_API_adds_alarms_policies_and_what_was_left_behind()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        await system.WarmUpAsync();
        using var listener = new HttpListener();
        var url = new Uri($"http://monitor:s3cret@127.0.0.1:{ServiceSpecs.FreePort()}");
        listener.Prefixes.Add($"http://127.0.0.1:{url.Port}/");
        listener.Start();
        var serving = ServeAsync(listener);

        var (code, said) = await RunAsync(system.Broker, url);
        listener.Stop();

        Assert.Equal(["Basic " + Convert.ToBase64String("monitor:s3cret"u8)], (await serving).Distinct());
        Assert.Equal(1, code);
        Assert.Equal(["alarm", "control_limit", "leftover", "node_down", "not_asked", "policy"], Codes(said).Order(StringComparer.Ordinal));
        var about = said.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("about").GetString()).ToArray();
        Assert.Contains("queue brokerserve.endpoint.gone", about);
        Assert.Contains("policy short", about);
        Assert.Contains("stream brokerserve.control", about);
        Assert.DoesNotContain("s3cret", said.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "policy":"tidy","effective_policy_definition":{"max-age":"365D"} """, "max-age of 365D, by policy tidy,")]
    [InlineData(""" "policy":"tidy","effective_policy_definition":{"max-length-bytes":600000000} """, "max-length-bytes of 600,000,000, by policy tidy,")]
    [InlineData(""" "arguments":{"x-max-length-bytes":1000000},"effective_policy_definition":[] """, "by its argument x-max-length-bytes,")]
    [InlineData(""" "operator_policy":"guard","effective_policy_definition":{"max-length-bytes":1,"stream-max-segment-size-bytes":1} """, "by policy guard,")]
    public void A_limit_that_may_cut_what_no_snapshot_of_the_control_log_has_is_found(string settings, string message)
    {
        foreach (var stream in (string[])[Names.Control, Names.ControlSnapshots])
        {
            var problem = Assert.Single(LookAtStream(stream, settings).Problems);

            Assert.Equal(("control_limit", $"stream {stream}"), (problem.Code, problem.About));
            Assert.Contains(message, problem.Message, StringComparison.Ordinal);
            Assert.NotEmpty(problem.Remedy);
        }

        Assert.Empty(LookAtStream(Names.EndpointQueue("greet"), settings).Problems);
    }

    [Theory]
    [InlineData(""" "arguments":{"x-queue-type":"stream"},"effective_policy_definition":[] """)]
    [InlineData(""" "policy":"roomy","effective_policy_definition":{"max-length-bytes":700000000} """)]
    [InlineData(""" "policy":"fine","effective_policy_definition":{"max-length-bytes":200000000,"stream-max-segment-size-bytes":10000000} """)]
    public void A_control_log_that_keeps_enough_is_sound(string settings)
    {
        var found = LookAtStream(Names.Control, settings);

        Assert.Empty(found.Problems);
        Assert.Equal("stream brokerserve.control keeps what routers read of it", Assert.Single(found.Sound));
    }

    [Fact]
    public async Task A_management_API_that_is_not_there_is_said_and_does_not_hide_the_rest()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        await system.WarmUpAsync();

        var (code, said) = await RunAsync(system.Broker, new Uri($"http://127.0.0.1:{ServiceSpecs.FreePort()}"));

        Assert.True(code == 0, said.GetRawText());
        Assert.Equal(["management", "not_asked"], Codes(said));
    }

    private static Examination LookAtStream(string stream, string settings)
    {
        var found = new Examination();
        using var queues = JsonDocument.Parse($$"""[{"name":"{{stream}}",{{settings}}}]""");
        new ControlStreamExam(Names, found).LookAt(queues.RootElement);
        return found;
    }

    private static async Task<List<string>> ServeAsync(HttpListener listener)
    {
        var authorities = new List<string>();
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                authorities.Add(context.Request.Headers["Authorization"] ?? "");
                var answer = context.Request.RawUrl switch
                {
                    "/api/nodes" => """[{"name":"a","running":true,"mem_alarm":true,"disk_free_alarm":false,"partitions":[]},{"name":"b","running":false}]""",
                    "/api/policies/%2F" => """
                        [{"name":"short","pattern":"^brokerserve","apply-to":"queues","definition":{"max-length":10}},
                         {"name":"other","pattern":"^other","apply-to":"all","definition":{"max-length":10}},
                         {"name":"mirror","pattern":".*","apply-to":"all","definition":{"ha-mode":"all"}}]
                        """,
                    "/api/queues/%2F" => """
                        [{"name":"brokerserve.endpoint.greet","messages":0},{"name":"brokerserve.endpoint.gone","messages":3},{"name":"x"},
                         {"name":"brokerserve.control","arguments":{"x-queue-type":"stream"},"policy":"tidy","effective_policy_definition":{"max-age":"7D"}}]
                        """,
                    _ => "null",
                };
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
                context.Response.Close();
            }
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
        {
            return authorities;
        }
    }

    private static string[] Codes(JsonElement said) => [.. said.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("code").GetString()!)];

    private static async Task<(int Code, JsonElement Said)> RunAsync(IBroker broker, Uri? management)
    {
        var output = new StringWriter();
        var code = await Within.ReasonAsync(DoctorRun.RunAsync(broker, Names, management, "/", json: true, output, TimeSpan.FromSeconds(30)), "the doctor had looked");
        using var document = JsonDocument.Parse(output.ToString());
        return (code, document.RootElement.Clone());
    }
}
