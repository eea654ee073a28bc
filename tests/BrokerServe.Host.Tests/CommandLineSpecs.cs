namespace BrokerServe.Host.Tests;

/// <summary>What the command line refuses, and how.</summary>
public sealed class CommandLineSpecs
{
    public static TheoryData<string, string> Mistakes => new()
    {
        { "", "See: brokerserve --help" },
        { "nonsense", "'nonsense'" },
        { "call", "See: brokerserve call --help" },
        { "call greet hello --tiemout 5s", "--tiemout" },
        { "call greet hello --timeout 5", "--timeout is '5'; it must be a duration from 1ms" },
        { "call greet hello --priority 10", "--priority is '10'; it must be a number from 0 to 9" },
        { "call greet hello --meta novalue", "--meta novalue: write NAME=VALUE" },
        { "call greet {x --json", "The payload is not JSON" },
        { "call greet hello --broker http://localhost", "--broker: " },
        { "call greet hello --broker-login no-such-file", "no-such-file" },
        { "call greet hello --broker amqps://localhost --broker-authority no-such-file", "no-such-file" },
        { "call greet hello --broker amqps://localhost --broker-certificate no-such-file", "no-such-file" },
        { "call greet hello --prefix a/b", "Client Prefix is 'a/b'" },
        { "load greet --concurrency 0", "--concurrency is '0'; it must be a number from 1 to 100,000" },
        { "load greet --rate 0", "--rate is '0'; it must be a number above 0" },
        { "load greet --duration 0s", "--duration is '0s'" },
        { "worker", "See: brokerserve worker --help" },
        { "worker greet-v1 --handler nix", "'nix' is not a handler; there are echo, upper, sleep:MS, fail:P, crash:P" },
        { "worker greet-v1 --replicas 65", "--replicas is '65'; it must be a number from 1 to 64" },
        { "worker a/b", "'a/b'" },
        { "router", "'--config'" },
        { "router --config no-such-file.json", "--config no-such-file.json: there is no such file" },
        { "router --config x --http localhost:80", "--http: 'localhost:80' is not an address" },
        { "config check", "See: brokerserve config check --help" },
        { "config check no-such-file.json", "no-such-file.json: there is no such file" },
        { "apply", "See: brokerserve apply --help" },
        { "apply no-such-file.json", "no-such-file.json: there is no such file" },
        { "traffic set greet", "See: brokerserve traffic set --help" },
        { "traffic set greet v1", "v1: write NAME=VALUE" },
        { "traffic set greet v1=much", "v1=much: 'much' is no number" },
        { "traffic shadow greet v1=0.5 v1=0.5", "v1 has a share already" },
        { "backend set", "See: brokerserve backend set --help" },
        { "backend set v1 user_config=@no-such-file", "user_config=@no-such-file: " },
        { "rollback latest", "'latest' is no version" },
        { "replica drain a/b", "'a/b' is no name of a replica" },
        { "history --limit 0", "--limit is '0'; it must be a number from 1 to 1,000,000" },
        { "healthcheck --url localhost:80", "--url: 'localhost:80' is not an address" },
        { "status --wait 1s", "--wait is '1s'; it must be a duration from 2s" },
        { "top --interval 1", "--interval is '1'; it must be a duration from 100ms" },
        { "doctor --management localhost", "--management is no address" },
        { "demo --concurrency x", "--concurrency is 'x'" },
        { "completion", "See: brokerserve completion --help" },
        { "completion tcsh", "'tcsh'" },
        { "conformance", "See: brokerserve conformance --help" },
        { "conformance worker", "See: brokerserve conformance worker --help" },
        { "conformance worker greet-v1 --payload {x", "--payload: '{x' is not JSON" },
        { "conformance worker greet-v1 --slow sleep=half", "--slow: 'half' is not JSON" },
        { "conformance producer", "See: brokerserve conformance producer --help" },
        { "conformance producer greet --reply {x", "--reply: '{x' is not JSON" },
        { "conformance producer a/b", "'a/b' is no name of an endpoint" },
        { "conformance producer greet --requests 0", "--requests is '0'" },
        { "conformance worker greet-v1 --prefix a/b", "--prefix is 'a/b'" },
        { "conformance worker greet-v1 --timeout 5", "--timeout is '5'; it must be a duration from 100ms" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_exits_with_2_and_says_what_to_write(string arguments, string said)
    {
        var (code, output, error) = await RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, code);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("demo")]
    [InlineData("router")]
    [InlineData("worker")]
    [InlineData("call")]
    [InlineData("load")]
    [InlineData("config")]
    [InlineData("config check")]
    [InlineData("config show")]
    [InlineData("config schema")]
    [InlineData("dead")]
    [InlineData("dead list")]
    [InlineData("dead show")]
    [InlineData("dead replay")]
    [InlineData("dead drop")]
    [InlineData("apply")]
    [InlineData("get")]
    [InlineData("history")]
    [InlineData("rollback")]
    [InlineData("traffic set")]
    [InlineData("traffic shadow")]
    [InlineData("endpoint add")]
    [InlineData("endpoint set")]
    [InlineData("endpoint remove")]
    [InlineData("backend set")]
    [InlineData("backend remove")]
    [InlineData("replica drain")]
    [InlineData("healthcheck")]
    [InlineData("status")]
    [InlineData("top")]
    [InlineData("doctor")]
    [InlineData("completion")]
    [InlineData("conformance")]
    [InlineData("conformance worker")]
    [InlineData("conformance producer")]
    public async Task Help_has_an_example_and_exits_with_0(string command)
    {
        var (code, output, _) = await RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(0, code);
        Assert.Contains($"brokerserve {(command.Length == 0 ? "demo" : command)}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_never_shows_the_password_of_the_environments_broker()
    {
        var before = Environment.GetEnvironmentVariable("BROKERSERVE_BROKER");
        Environment.SetEnvironmentVariable("BROKERSERVE_BROKER", "amqp://ada:s3cret@localhost");
        try
        {
            var (_, output, error) = await RunAsync(["call", "--help"]);
            Assert.DoesNotContain("s3cret", output + error, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("BROKERSERVE_BROKER", before);
        }
    }

    [Fact]
    public async Task A_configuration_with_faults_exits_with_2_and_names_each_of_them()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{ "BrokerServe": { "Endpoints": { "greet": { "Traffic": { "greet-v1": 0.8 } } } } }""");
        try
        {
            var (code, _, error) = await RunAsync(["router", "--config", file]);

            Assert.Equal(2, code);
            Assert.Contains("the weights sum to 0.8", error, StringComparison.Ordinal);
            Assert.Contains("there is no backend greet-v1", error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_configuration_that_is_no_JSON_exits_with_2_and_says_where()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "{ bad");
        try
        {
            var (code, _, error) = await RunAsync(["router", "--config", file]);

            Assert.Equal(2, code);
            Assert.Contains("LineNumber: 0", error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await Within.ReasonAsync(CommandLine.RunAsync(arguments, output, error), "the command ended");
        return (code, output.ToString(), error.ToString());
    }
}
