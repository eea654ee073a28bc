using BrokerServe.Protocol.Control;
using BrokerServe.Router.ControlLog;
using BrokerServe.Transport;

namespace BrokerServe.Router.Tests.ControlLog;

public sealed class ControlReadingSpecs
{
    private readonly ControlReading _reading = new();

    [Fact]
    public void Endpoints_backends_and_drained_replicas_are_read()
    {
        _reading.Read(State(
            new("endpoint", "greet", 1, """{"Traffic":{"v1":1}}"""),
            new("backend", "v1", 2, """{"MaxConcurrentQueries":4}"""),
            new("backend", "gone", 3, null),
            new("replica", "r1", 4, """{"Drain":true}"""),
            new("replica", "r2", 5, """{"Drain":false}"""),
            new("schedule", "nightly", 6, """{"At":"03:00"}""")));
        Assert.Equal(["greet"], _reading.Config.Endpoints.Keys);
        Assert.Equal(4, Assert.Single(_reading.Config.Backends).Value.MaxConcurrentQueries);
        Assert.Equal(["r1"], _reading.Drained);
        Assert.Empty(_reading.Implied);
        Assert.Empty(_reading.Faults);
    }

    [Fact]
    public void A_backend_that_an_endpoint_names_and_that_another_author_has_removed_counts_as_one_without_settings()
    {
        _reading.Read(State(new("endpoint", "greet", 2, """{"Traffic":{"v1":1},"Shadow":{"v3":0.5}}"""), new("backend", "v1", 3, null)));
        Assert.Equal(["v1", "v3"], _reading.Config.Backends.Keys.Order());
        Assert.Equal(["v1", "v3"], _reading.Implied);
        Assert.Empty(_reading.Faults);
    }

    [Fact]
    public void An_endpoint_whose_weights_make_no_sense_has_none_and_the_others_are_served()
    {
        _reading.Read(State(
            new("endpoint", "odd", 1, """{"Traffic":{"v1":0.5}}"""), new("endpoint", "greet", 2, """{"Traffic":{"v1":1}}"""), new("backend", "v1", 3, "{}")));
        Assert.Null(_reading.Config.Endpoints["odd"].Traffic);
        Assert.Equal(1, _reading.Config.Endpoints["greet"].Traffic!["v1"]);
        Assert.Contains("Endpoints:odd: the weights sum to 0.5", Assert.Single(_reading.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_in_which_a_name_comes_twice_counts_as_unsaid_and_the_others_are_read()
    {
        _reading.Read(State(
            new("endpoint", "odd", 1, """{"Traffic":{"v1":1},"Traffic":{"v1":1}}"""),
            new("endpoint", "greet", 2, """{"Traffic":{"v1":1}}"""),
            new("backend", "v1", 3, "{}"),
            new("replica", "r1", 4, """{"Drain":true,"Drain":true}"""),
            new("replica", "r2", 5, DrainDocument.Drained)));
        Assert.Null(_reading.Config.Endpoints["odd"].Traffic);
        Assert.Equal(1, _reading.Config.Endpoints["greet"].Traffic!["v1"]);
        Assert.Equal(["r2"], _reading.Drained);
        Assert.Equal(["BrokerServe:Endpoints:odd: is no JSON object"], _reading.Faults);
    }

    [Fact]
    public void An_object_whose_new_value_cannot_be_read_stays_as_it_was()
    {
        ControlObject greet = new("endpoint", "greet", 1, """{"Traffic":{"v1":1},"QueueType":"Quorum"}"""), v1 = new("backend", "v1", 2, "{}");
        _reading.Read(State(greet, v1));
        _reading.Read(State(greet with { Version = 3, Value = """{"Traffic":{"v1":1},"Traffic":{"v1":1}}""" }, v1));
        Assert.Equal(QueueType.Quorum, _reading.Config.Endpoints["greet"].QueueType); // Of another type it would be another endpoint, and this one removed.
        Assert.Equal(1, _reading.Config.Endpoints["greet"].Traffic!["v1"]);
        Assert.Equal(["BrokerServe:Endpoints:greet: is no JSON object"], _reading.Faults);
    }

    [Fact]
    public void What_did_not_change_is_not_read_again()
    {
        ControlObject greet = new("endpoint", "greet", 1, """{"Traffic":{"v1":1}}"""), v1 = new("backend", "v1", 2, "{}");
        var first = _reading.Read(State(greet, v1)).Config;
        var second = _reading.Read(State(greet, v1 with { Version = 3, Value = """{"MaxAttempts":1}""" })).Config;
        Assert.Same(first.Endpoints["greet"], second.Endpoints["greet"]);
        Assert.Equal((3, 1), (first.Backends["v1"].MaxAttempts, second.Backends["v1"].MaxAttempts));

        var anew = _reading.Read(State(greet, v1 with { Version = 3, Value = """{"MaxAttempts":2}""" })).Config; // Of a log that was made anew.
        Assert.Equal(2, anew.Backends["v1"].MaxAttempts);
    }

    private static ControlState State(params ControlObject[] objects) => ControlState.Of(new ControlSnapshot(9, 9, 9, objects, []));
}
