using System.Globalization;
using BrokerServe.Router.Configuration;
using static BrokerServe.Router.Tests.Configuration.ConfigHarness;

namespace BrokerServe.Router.Tests.Configuration;

public sealed class ValidationSpecs
{
    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var (_, errors) = Read("""
            {
              "BrokerServe": {
                "Prefix": "broker serve", "LeaseTimeout": "1s", "Endpoint": {},
                "Endpoints": {
                  "greet": { "Trafic": { "v1": 1 }, "Traffic": { "v1": 0.9, "v2": 0.2 }, "Shadow": { "v9": 1.5 }, "QueueType": "durable" },
                  "a b": { "DefaultTimeout": "21m", "MaxTimeout": "20m", "ForwardHeaders": [ "bs-priority", "x-*-y", "" ] }
                },
                "Backends": { "v1": { "MaxAttempts": 0 }, "v2": { "BatchWaitTimeout": "2m" } }
              }
            }
            """);

        Assert.Equal(
            [
                "BrokerServe:Endpoint: there is no such setting; did you mean Endpoints?",
                "BrokerServe:Endpoints:greet:QueueType: is \"durable\"; it must be one of Classic, Quorum",
                "BrokerServe:Endpoints:greet:Trafic: there is no such setting; did you mean Traffic?",
                "BrokerServe:Prefix: \"broker serve\" is no name; names have 1 to 80 of A-Z a-z 0-9 _ . - and begin with a letter, a digit or _",
                "BrokerServe:LeaseTimeout: is 1s, and must be at least twice HeartbeatInterval (1s), or one late heartbeat loses a replica",
                "BrokerServe:Endpoints:a b: \"a b\" is no name; names have 1 to 80 of A-Z a-z 0-9 _ . - and begin with a letter, a digit or _",
                "BrokerServe:Endpoints:a b:DefaultTimeout: is 21m, which is above MaxTimeout (20m); lower the one or raise the other",
                "BrokerServe:Endpoints:a b:ForwardHeaders: \"bs-priority\" names headers that BrokerServe itself reads and carries; leave it out",
                "BrokerServe:Endpoints:a b:ForwardHeaders: \"x-*-y\" has a * before its end; write a header's name, or a prefix that ends in *",
                "BrokerServe:Endpoints:a b:ForwardHeaders: has an empty entry; write a header's name, or a prefix that ends in *",
                "BrokerServe:Endpoints:greet:Traffic: the weights sum to 1.1 (v1=0.9, v2=0.2); they must sum to 1 within 0.00001",
                "BrokerServe:Endpoints:greet:Shadow: the proportion of v9 is 1.5; it must be from 0 to 1",
                "BrokerServe:Endpoints:greet:Shadow: there is no backend v9; known are v1, v2",
                "BrokerServe:Backends:v1:MaxAttempts: is 0; it must be from 1 to 100",
                "BrokerServe:Backends:v2:BatchWaitTimeout: is 2m; it must be from 0s to 1m",
            ],
            errors);
    }

    [Theory]
    [InlineData("DefaultTimeout", "1ms", "0s", null)]
    [InlineData("MaxMetadataBytes", "0", "-1", null)]
    [InlineData("MaxMetadataBytes", "16384", "16385", "is 16385; it must be from 0 to 16384")]
    [InlineData("MaxBodyBytes", "1", "0", "is 0; it must be from 1 to 1073741824")]
    public void The_settings_of_an_endpoint_have_ranges(string setting, string legal, string illegal, string? error)
    {
        Accepts(Endpoint($$"""{ "{{setting}}": "{{legal}}" }"""));
        Assert.StartsWith(
            $"BrokerServe:Endpoints:greet:{setting}: {error ?? $"is {illegal}; it must be from "}",
            Refuses(Endpoint($$"""{ "{{setting}}": "{{illegal}}" }""")));
    }

    [Theory]
    [InlineData("MaxConcurrentQueries", "1", "10000", "0", "10001")]
    [InlineData("MaxBatchSize", "1", "10000", "0", "10001")]
    [InlineData("BatchWaitTimeout", "0s", "1m", "-1ms", "60001ms")]
    [InlineData("MaxQueuedQueries", "1", "65000", "0", "65001")]
    [InlineData("MaxInFlight", "1", "65000", "0", "65001")]
    [InlineData("MaxAttempts", "1", "100", "0", "101")]
    [InlineData("ShadowMaxQueued", "1", "1000000", "0", "1000001")]
    [InlineData("ShadowMaxBytes", "1024", "1099511627776", "1023", "1099511627777")]
    public void The_settings_of_a_backend_have_ranges(string setting, string least, string most, string below, string above)
    {
        Accepts(Backend($$"""{ "{{setting}}": "{{least}}" }"""));
        Accepts(Backend($$"""{ "{{setting}}": "{{most}}" }"""));
        foreach (var illegal in (string[])[below, above])
        {
            Assert.Equal(
                $"BrokerServe:Backends:v1:{setting}: is {illegal}; it must be from {least} to {most}",
                Refuses(Backend($$"""{ "{{setting}}": "{{illegal}}" }""")));
        }
    }

    [Theory]
    [InlineData("HeartbeatInterval", "99ms", "is 99ms; it must be from 100ms to 1m")]
    [InlineData("LeaseTimeout", "11m", "is 11m; it must be from 200ms to 10m")]
    [InlineData("MaxBufferedBytes", "1048575", "is 1048575; it must be from 1048576 to 1099511627776")]
    [InlineData("ClockSkew", "-1s", "is -1s; it must be from 0s to 5m")]
    [InlineData("BrokerConsumerTimeout", "169h", "is 169h; it must be from 1m to 168h")]
    [InlineData("RouterId", "", "\"\" is no name; names have 1 to 80 of A-Z a-z 0-9 _ . - and begin with a letter, a digit or _")]
    public void The_settings_of_a_router_have_ranges(string setting, string illegal, string error) =>
        Assert.Equal($"BrokerServe:{setting}: {error}", Refuses(Settings($$"""{ "{{setting}}": "{{illegal}}" }""")));

    [Fact]
    public void Values_set_in_code_have_the_same_ranges()
    {
        var options = new RouterOptions();
        options.Backends["v1"] = new BackendConfig { WhenFull = (WhenFull)7, UserConfig = new string('x', 65_537) };

        Assert.Equal(
            [
                "BrokerServe:Backends:v1:UserConfig: has 65537 characters; it may have 65536",
                "BrokerServe:Backends:v1:WhenFull: is 7; it must be one of Wait, Reject",
            ],
            new RouterOptionsValidator().Validate(null, options).Failures);
    }

    [Fact]
    public void A_section_set_to_null_in_code_is_an_error_like_any_other() =>
        Assert.Equal(
            ["BrokerServe:Reconnect: is null; leave it alone for its defaults"],
            new RouterOptionsValidator().Validate(null, new RouterOptions { Reconnect = null! }).Failures);

    [Fact]
    public void An_empty_traffic_is_refused_and_none_is_not()
    {
        Assert.Equal(
            "BrokerServe:Endpoints:greet:Traffic: the traffic is empty, so its weights sum to 0; they must sum to 1 within 0.00001",
            Refuses(Endpoint("""{ "Traffic": {} }""")));
        Assert.Null(Accepts(Endpoint("{}")).Endpoints["greet"].Traffic);
    }

    [Fact]
    public void The_longest_timeout_stays_below_the_consumer_timeout_of_the_broker()
    {
        Accepts(Endpoint("""{ "MaxTimeout": "29m" }"""));
        Assert.Equal(
            "BrokerServe:Endpoints:greet:MaxTimeout: is 1741s, and must stay 1m below the broker's consumer timeout "
            + "(BrokerConsumerTimeout, 30m); lower it, or raise both the broker's and this setting",
            Refuses(Endpoint("""{ "MaxTimeout": "1741s" }""")));
        Accepts("""{ "BrokerServe": { "BrokerConsumerTimeout": "2h", "Endpoints": { "greet": { "MaxTimeout": "1h" } } } }""");
    }

    [Fact]
    public void The_largest_body_fits_into_what_the_router_may_keep() =>
        Assert.Equal(
            "BrokerServe:Endpoints:greet:MaxBodyBytes: is 2097152, which is above MaxBufferedBytes (1048576), so the largest would always be "
            + "overloaded; lower the one or raise the other",
            Refuses("""{ "BrokerServe": { "MaxBufferedBytes": 1048576, "Endpoints": { "greet": { "MaxBodyBytes": 2097152 } } } }"""));

    [Theory]
    [InlineData("""{ "FirstDelay": "0s" }""", ":FirstDelay: is 0s; it must be above 0 and at most 1h")]
    [InlineData("""{ "MaxDelay": "-1s", "FirstDelay": "-2s" }""", ":MaxDelay: is -1s; it must be above 0 and at most 1h")]
    [InlineData("""{ "RefusedDelay": "2h" }""", ":RefusedDelay: is 2h; it must be above 0 and at most 1h")]
    [InlineData("""{ "FirstDelay": "10s" }""", ":FirstDelay: is 10s, which is above MaxDelay (5s); lower the one or raise the other")]
    public void Waits_between_attempts_to_reconnect_are_above_0_and_grow(string settings, string error) =>
        Assert.Contains("BrokerServe:Reconnect" + error, Read(Settings($$"""{ "Reconnect": {{settings}} }""")).Errors);

    [Theory]
    [InlineData("\"rpc_queue\"", "StaticReplicas: is \"rpc_queue\"; it must be a list of sections")]
    [InlineData("[ \"rpc_queue\" ]", "StaticReplicas:0: is \"rpc_queue\"; it must be a section of settings", "StaticReplicas:0:Queue: is not set; name the queue that the server consumes")]
    [InlineData("[ { \"Limit\": 4 } ]", "StaticReplicas:0:Queue: is not set; name the queue that the server consumes")]
    [InlineData("[ { \"Queue\": \"q\", \"Limit\": 0 } ]", "StaticReplicas:0:Limit: is 0; it must be from 1 to 10000")]
    [InlineData("[ { \"Queue\": \"q\", \"Limt\": 1 } ]", "StaticReplicas:0:Limt: there is no such setting; did you mean Limit?")]
    [InlineData("[ { \"Queue\": \"q\" }, { \"Queue\": \"q\" } ]", "StaticReplicas:1:Queue: \"q\" is a replica already, at Backends:v1:StaticReplicas:0; name a queue once")]
    [InlineData(
        "[ { \"Queue\": \"brokerserve.endpoint.greet\" } ]",
        "StaticReplicas:0:Queue: \"brokerserve.endpoint.greet\" is one of BrokerServe's own queues; replicas that announce themselves are found without being named")]
    public void Static_replicas_name_queues_of_others_each_once(string replicas, params string[] errors) => Assert.Equal(
        errors.Select(error => "BrokerServe:Backends:v1:" + error),
        Read(Backend($$"""{ "StaticReplicas": {{replicas}} }""")).Errors);

    [Fact]
    public void The_name_of_a_static_replicas_queue_has_at_most_255_bytes()
    {
        Accepts(Backend($$"""{ "StaticReplicas": [ { "Queue": "{{new string('q', 255)}}" } ] }"""));
        Assert.EndsWith(
            "StaticReplicas:0:Queue: has 256 bytes; a queue's name may have 255",
            Refuses(Backend($$"""{ "StaticReplicas": [ { "Queue": "{{new string('ü', 128)}}" } ] }""")));
    }

    [Fact]
    public void Every_number_and_duration_has_a_range()
    {
        var without = new[] { typeof(RouterOptions), typeof(EndpointConfig), typeof(BackendConfig), typeof(StaticReplicaConfig) }
            .SelectMany(Setting.Of)
            .Where(s => (Nullable.GetUnderlyingType(s.Type) ?? s.Type) is var type && (type == typeof(int) || type == typeof(long) || type == typeof(TimeSpan)))
            .Where(s => s.Rules.Count == 0)
            .Select(s => s.Name);

        Assert.Empty(without);
    }

    [Fact]
    public void A_culture_changes_nothing()
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Assert.Equal(
                "BrokerServe:Endpoints:greet:Traffic: the weights sum to 0.5 (v1=0.5); they must sum to 1 within 0.00001",
                Refuses(Endpoint("""{ "Traffic": { "v1": "0.5" } }""")));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
