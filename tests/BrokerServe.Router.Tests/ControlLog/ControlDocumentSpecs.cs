using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;
using BrokerServe.Transport;

namespace BrokerServe.Router.Tests.ControlLog;

public sealed class ControlDocumentSpecs
{
    [Fact]
    public void Settings_are_written_as_in_a_file_and_what_is_at_its_default_is_not()
    {
        Assert.Equal("{}", ControlDocument.Write(new BackendConfig(), before: null));
        Assert.Equal(
            """{"MaxConcurrentQueries":16,"BatchWaitTimeout":"5ms","UserConfig":"{\"model\":\"small\"}","WhenFull":"Reject"}""",
            ControlDocument.Write(
                new BackendConfig
                {
                    MaxConcurrentQueries = 16, BatchWaitTimeout = TimeSpan.FromMilliseconds(5), UserConfig = """{"model":"small"}""", WhenFull = WhenFull.Reject,
                },
                before: null));
    }

    [Fact]
    public void What_was_written_is_read_again()
    {
        var endpoint = new EndpointConfig
        {
            Traffic = new Dictionary<string, double> { ["v1"] = 0.9, ["v2"] = 0.1 },
            Shadow = new Dictionary<string, double> { ["v3"] = 1 },
            QueueType = QueueType.Quorum,
            CoalesceRequests = false,
            MaxTimeout = TimeSpan.FromMinutes(10),
            MaxBodyBytes = 1_000,
            ForwardHeaders = ["meta-user", "x-*"],
        };
        Assert.True(endpoint.SaysTheSameAs(Read<EndpointConfig>(ControlDocument.Write(endpoint, null))));
        var silent = new EndpointConfig { ForwardHeaders = [] };
        Assert.True(silent.SaysTheSameAs(Read<EndpointConfig>(ControlDocument.Write(silent, null))));

        var backend = new BackendConfig
        {
            MaxQueuedQueries = 7, ShadowMaxBytes = 1L << 33, UserConfig = "Zoë\n\"", StaticReplicas = [new() { Queue = "rpc", Limit = 4 }, new() { Queue = "old" }],
        };
        Assert.True(backend.SaysTheSameAs(Read<BackendConfig>(ControlDocument.Write(backend, null))));
    }

    [Fact]
    public void Fields_that_this_version_does_not_know_survive_its_changes_and_are_no_fault_of_their_authors()
    {
        const string Before = """{"Traffic":{"v1":1},"SpillOver":{"to":["v9"],"above":0.80}}""";
        Assert.Equal(1, Read<EndpointConfig>(Before).Traffic!["v1"]);
        Assert.Equal(
            """{"SpillOver":{"to":["v9"],"above":0.80},"Traffic":{"v2":1}}""",
            ControlDocument.Write(new EndpointConfig { Traffic = new Dictionary<string, double> { ["v2"] = 1 } }, Before));
    }

    [Theory]
    [InlineData("""{"MaxConcurrentQueries":0}""", "BrokerServe:Backends:v1:MaxConcurrentQueries: is 0; it must be from 1 to 10000")]
    [InlineData("""{"MaxConcurrentQueries":"many"}""", "BrokerServe:Backends:v1:MaxConcurrentQueries: is \"many\"; it must be a whole number")]
    [InlineData("""{"WhenFull":"Shed"}""", "BrokerServe:Backends:v1:WhenFull: is \"Shed\"; it must be one of Wait, Reject")]
    [InlineData("[]", "BrokerServe:Backends:v1: is no JSON object")]
    [InlineData("{", "BrokerServe:Backends:v1: is no JSON object")]
    [InlineData("""{"MaxAttempts":1,"MaxAttempts":2}""", "BrokerServe:Backends:v1: is no JSON object")]
    [InlineData("""{"MaxAttempts":1,"\u004daxAttempts":2}""", "BrokerServe:Backends:v1: is no JSON object")]
    [InlineData("""{"Later":[{"a":1,"a":1}]}""", "BrokerServe:Backends:v1: is no JSON object")]
    [InlineData("""{"UserConfig":"\ud800"}""", "BrokerServe:Backends:v1: is no JSON object")]
    [InlineData("""{"\ud800":1}""", "BrokerServe:Backends:v1: is no JSON object")]
    public void What_makes_no_sense_is_named_and_counts_as_unsaid(string value, string fault)
    {
        var errors = new ConfigErrors(ConfigErrors.DefaultSection);
        var read = ControlDocument.Read<BackendConfig>(value, ConfigErrors.Backend("v1"), errors);
        Assert.Equal([fault], errors.All);
        Assert.True(read.SaysTheSameAs(new BackendConfig()));
    }

    private static T Read<T>(string value)
        where T : class, new()
    {
        var errors = new ConfigErrors(ConfigErrors.DefaultSection);
        var read = ControlDocument.Read<T>(value, "it", errors);
        Assert.Empty(errors.All);
        return read;
    }
}
