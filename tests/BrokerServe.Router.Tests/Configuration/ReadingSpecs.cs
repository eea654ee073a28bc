using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Transport;
using static BrokerServe.Router.Tests.Configuration.ConfigHarness;

namespace BrokerServe.Router.Tests.Configuration;

public sealed class ReadingSpecs
{
    [Fact]
    public void Every_setting_of_an_endpoint_can_be_written()
    {
        var options = Accepts(Endpoint("""
            {
              "Traffic": { "v1": 0.9, "v2": 0.1 }, "Shadow": { "v3": 0.05 }, "QueueType": "quorum", "Delivery": "at-most-once",
              "DefaultTimeout": "5s", "MaxTimeout": "00:10:00", "MaxBodyBytes": 1048576,
              "ForwardHeaders": [ "x-*", "baggage" ], "MaxMetadataBytes": 0, "CoalesceRequests": false
            }
            """));

        var greet = options.Endpoints["greet"];
        Assert.True(greet.SaysTheSameAs(new EndpointConfig
        {
            Traffic = new Dictionary<string, double> { ["v1"] = 0.9, ["v2"] = 0.1 },
            Shadow = new Dictionary<string, double> { ["v3"] = 0.05 },
            QueueType = QueueType.Quorum,
            Delivery = DeliveryGuarantee.AtMostOnce,
            DefaultTimeout = TimeSpan.FromSeconds(5),
            MaxTimeout = TimeSpan.FromMinutes(10),
            MaxBodyBytes = 1 << 20,
            ForwardHeaders = ["x-*", "baggage"],
            MaxMetadataBytes = 0,
            CoalesceRequests = false,
        }));
    }

    [Fact]
    public void Every_setting_of_a_backend_can_be_written()
    {
        var options = Accepts(Backend("""
            {
              "MaxConcurrentQueries": 4, "MaxBatchSize": 16, "BatchWaitTimeout": "10ms", "UserConfig": "{\"threshold\":0.5}",
              "MaxQueuedQueries": 50, "MaxInFlight": 64, "WhenFull": "reject", "WhenNoReplica": "Reject", "MaxAttempts": 1,
              "ShadowMaxQueued": 10, "ShadowMaxBytes": 4294967296
            }
            """));

        Assert.Equal(
            new BackendConfig
            {
                MaxConcurrentQueries = 4,
                MaxBatchSize = 16,
                BatchWaitTimeout = TimeSpan.FromMilliseconds(10),
                UserConfig = "{\"threshold\":0.5}",
                MaxQueuedQueries = 50,
                MaxInFlight = 64,
                WhenFull = WhenFull.Reject,
                WhenNoReplica = WhenNoReplica.Reject,
                MaxAttempts = 1,
                ShadowMaxQueued = 10,
                ShadowMaxBytes = 4L << 30,
            },
            options.Backends["v1"]);
    }

    [Fact]
    public void Static_replicas_of_a_backend_can_be_written()
    {
        var options = Accepts(Backend("""{ "StaticReplicas": [ { "Queue": "rpc_queue", "Limit": 4 }, { "Queue": "amq.gen-Xa2" } ] }"""));

        Assert.Equal(
            [new StaticReplicaConfig { Queue = "rpc_queue", Limit = 4 }, new StaticReplicaConfig { Queue = "amq.gen-Xa2", Limit = 1 }],
            options.Backends["v1"].StaticReplicas);
        Assert.EndsWith("StaticReplicas (Queue rpc_queue; Limit 4), (Queue amq.gen-Xa2; Limit 1)", Setting.PrintAll(options.Backends["v1"]));
        Assert.EndsWith("StaticReplicas none", Setting.PrintAll(new BackendConfig()));
    }

    [Fact]
    public void Backends_that_say_the_same_are_no_change()
    {
        var (one, same) = (new BackendConfig { StaticReplicas = [new() { Queue = "q" }] }, new BackendConfig { StaticReplicas = [new() { Queue = "q" }] });

        Assert.True(one.SaysTheSameAs(same));
        Assert.False(one.SaysTheSameAs(new BackendConfig { StaticReplicas = [new() { Queue = "q", Limit = 2 }] }));
        Assert.False(one.SaysTheSameAs(same with { MaxAttempts = 1 }));
    }

    [Fact]
    public void Every_setting_of_a_router_can_be_written()
    {
        var options = Accepts(Settings("""
            {
              "Prefix": "test", "RouterId": "r-1", "HeartbeatInterval": "500ms", "LeaseTimeout": "2s", "MaxBufferedBytes": 1048576, "SharedQueueType": "Quorum",
              "ClockSkew": "0s", "BrokerConsumerTimeout": "1h", "Reconnect": { "FirstDelay": "10ms", "MaxDelay": "1s" }
            }
            """));

        Assert.StartsWith(
            "Prefix test; RouterId r-1; HeartbeatInterval 500ms; LeaseTimeout 2s; MaxBufferedBytes 1048576; SharedQueueType Quorum; ClockSkew 0s; "
            + "BrokerConsumerTimeout 1h; Reconnect (FirstDelay 10ms; MaxDelay 1s",
            Setting.PrintAll(options));
    }

    [Fact]
    public void What_is_not_said_has_its_default()
    {
        var options = Accepts("""{ "BrokerServe": { "Endpoints": { "greet": {} }, "Backends": { "v1": {} } } }""");

        Assert.Equal(
            "Traffic not set; Shadow not set; QueueType Classic; Delivery AtLeastOnce; CoalesceRequests true; DefaultTimeout 30s; MaxTimeout 20m; "
            + "MaxBodyBytes not set; ForwardHeaders meta-*, baggage; MaxMetadataBytes 8192",
            Setting.PrintAll(options.Endpoints["greet"]));
        Assert.Equal(
            "MaxConcurrentQueries not set; MaxBatchSize not set; BatchWaitTimeout not set; UserConfig not set; MaxQueuedQueries 1000; "
            + "MaxInFlight 1024; WhenFull Wait; WhenNoReplica Wait; MaxAttempts 3; ShadowMaxQueued 1000; ShadowMaxBytes 16777216; StaticReplicas none",
            Setting.PrintAll(options.Backends["v1"]));
        Assert.StartsWith(
            "Prefix brokerserve; RouterId not set; HeartbeatInterval 1s; LeaseTimeout 3s; MaxBufferedBytes 268435456; SharedQueueType Classic; ClockSkew 5s; "
            + "BrokerConsumerTimeout 30m; Reconnect (FirstDelay 100ms; MaxDelay 5s",
            Setting.PrintAll(options));
    }

    [Fact]
    public void A_section_that_is_not_there_says_nothing()
    {
        var options = Accepts("""{ "Logging": {} }""");

        Assert.Empty(options.Endpoints);
        Assert.Empty(options.Backends);
    }

    [Fact]
    public void A_file_says_more_of_what_code_said_and_leaves_its_records_alone()
    {
        var inCode = new BackendConfig { MaxAttempts = 1, MaxQueuedQueries = 10 };
        var options = new RouterOptions();
        options.Backends["v1"] = inCode;

        RouterOptionsReader.Read(Section(Backend("""{ "MaxQueuedQueries": 20 }""")), options);

        Assert.Equal(new BackendConfig { MaxAttempts = 1, MaxQueuedQueries = 20 }, options.Backends["v1"]);
        Assert.Equal(10, inCode.MaxQueuedQueries);
    }

    [Theory]
    [InlineData("""{ "Trafic": { "v1": 1 } }""", "BrokerServe:Endpoints:greet:Trafic: there is no such setting; did you mean Traffic?")]
    [InlineData("""{ "traffic": { "v1": 1 }, "defaulttimeout": "1s" }""", null)]
    [InlineData(
        """{ "Colour": "red" }""",
        "BrokerServe:Endpoints:greet:Colour: there is no such setting; known are CoalesceRequests, DefaultTimeout, Delivery, ForwardHeaders, MaxBodyBytes, "
        + "MaxMetadataBytes, MaxTimeout, QueueType, Shadow, Traffic")]
    public void A_key_that_is_not_known_is_an_error_that_suggests_the_right_one(string settings, string? error)
    {
        var (_, errors) = Read(Endpoint(settings));
        Assert.Equal(error is null ? [] : [error], errors);
    }

    [Fact]
    public void Beside_the_endpoints_only_what_looks_like_a_slip_is_one()
    {
        Assert.Equal("BrokerServe:Endpoint: there is no such setting; did you mean Endpoints?", Refuses(Settings("""{ "Endpoint": {} }""")));
        Assert.Equal("BrokerServe:LeaseTimout: there is no such setting; did you mean LeaseTimeout?", Refuses(Settings("""{ "LeaseTimout": "3s" }""")));
        Accepts(Settings("""{ "Broker": "amqp://localhost", "Client": { "Name": "web" }, "Worker": {} }"""));
    }

    [Theory]
    [InlineData("DefaultTimeout", "30", "BrokerServe:Endpoints:greet:DefaultTimeout: is \"30\"; it must be a duration such as 250ms, 30s, 20m, 1h or 00:00:30")]
    [InlineData("QueueType", "1", "BrokerServe:Endpoints:greet:QueueType: is \"1\"; it must be one of Classic, Quorum")]
    [InlineData("Delivery", "once", "BrokerServe:Endpoints:greet:Delivery: is \"once\"; it must be one of AtLeastOnce, AtMostOnce")]
    [InlineData("MaxBodyBytes", "1.5", "BrokerServe:Endpoints:greet:MaxBodyBytes: is \"1.5\"; it must be a whole number")]
    [InlineData("MaxBodyBytes", "16MiB", "BrokerServe:Endpoints:greet:MaxBodyBytes: is \"16MiB\"; it must be a whole number")]
    [InlineData("CoalesceRequests", "no", "BrokerServe:Endpoints:greet:CoalesceRequests: is \"no\"; it must be true or false")]
    [InlineData("MaxMetadataBytes", "", "BrokerServe:Endpoints:greet:MaxMetadataBytes: is \"\"; it must be a whole number")]
    [InlineData("Traffic", "v1", "BrokerServe:Endpoints:greet:Traffic: is \"v1\"; it must be a section of backends and numbers, such as v1: 0.9")]
    [InlineData("ForwardHeaders", "x-*", "BrokerServe:Endpoints:greet:ForwardHeaders: is \"x-*\"; it must be a list")]
    public void A_value_that_cannot_be_read_is_one_error_with_its_place_the_value_and_the_form(string setting, string value, string error) =>
        Assert.Equal(error, Refuses(Endpoint($$"""{ "{{setting}}": "{{value}}" }""")));

    [Theory]
    [InlineData("""{ "MaxMetadataBytes": null }""", "BrokerServe:Endpoints:greet:MaxMetadataBytes: is empty; it must be a whole number")]
    [InlineData("""{ "MaxMetadataBytes": { "a": 1 } }""", "BrokerServe:Endpoints:greet:MaxMetadataBytes: is a section; it must be a whole number")]
    [InlineData("""{ "Traffic": { "v1": "all" } }""", "BrokerServe:Endpoints:greet:Traffic:v1: is \"all\"; it must be a number such as 0.25")]
    [InlineData("""{ "Traffic": { "v1": { "weight": 1 } } }""", "BrokerServe:Endpoints:greet:Traffic:v1: is \"\"; it must be a number such as 0.25")]
    [InlineData("\"v1\"", "BrokerServe:Endpoints:greet: is \"v1\"; it must be a section of settings")]
    public void A_value_of_the_wrong_shape_is_one_error(string settings, string error) => Assert.Equal(error, Refuses(Endpoint(settings)));

    [Fact]
    public void A_user_config_that_is_a_section_is_refused_because_its_types_are_lost_in_reading() =>
        Assert.Equal(
            "BrokerServe:Backends:v1:UserConfig: is a section; write its value as one text",
            Refuses(Backend("""{ "UserConfig": { "threshold": 0.5 } }""")));

    [Theory]
    [InlineData("""{ "Endpoints": "greet" }""", "BrokerServe:Endpoints: is \"greet\"; it must be a section with one entry for each name")]
    [InlineData("""{ "Reconnect": "5s" }""", "BrokerServe:Reconnect: is \"5s\"; it must be a section of settings")]
    [InlineData("""{ "Reconnect": { "FirstDelay": "1s", "MaxDelays": "2s" } }""", "BrokerServe:Reconnect:MaxDelays: there is no such setting; did you mean MaxDelay?")]
    public void Sections_must_be_sections(string settings, string error) => Assert.Equal(error, Refuses(Settings(settings)));

    [Fact]
    public void Places_begin_with_the_path_of_the_section_that_was_read()
    {
        var options = new RouterOptions();
        var section = new Microsoft.Extensions.Configuration.ConfigurationManager { ["App:Serving:Endpoints:greet:Traffic:v1"] = "0.5", ["App:Serving:Prefix"] = "-" };
        RouterOptionsReader.Read(section.GetSection("App:Serving"), options);

        var failures = new RouterOptionsValidator().Validate(null, options).Failures;

        Assert.Equal(
            [
                "App:Serving:Prefix: \"-\" is no name; names have 1 to 80 of A-Z a-z 0-9 _ . - and begin with a letter, a digit or _",
                "App:Serving:Endpoints:greet:Traffic: the weights sum to 0.5 (v1=0.5); they must sum to 1 within 0.00001",
                "App:Serving:Endpoints:greet:Traffic: there is no backend v1; there are none",
            ],
            failures);
    }
}
