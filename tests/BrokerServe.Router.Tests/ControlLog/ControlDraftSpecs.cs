using BrokerServe.Protocol.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;

namespace BrokerServe.Router.Tests.ControlLog;

public sealed class ControlDraftSpecs
{
    private static readonly ControlObject Greet = new("endpoint", "greet", 3, """{"Later":1,"Traffic":{"v1":1}}""");
    private static readonly ControlObject V1 = new("backend", "v1", 1, "{}");
    private static readonly ControlObject V2 = new("backend", "v2", 2, "{}");

    [Fact]
    public void Only_what_differs_is_edited_on_the_version_that_was_read()
    {
        var draft = Draft(Greet, V1, V2);
        Assert.True(draft.Control.SetTraffic("greet", new Dictionary<string, double> { ["v1"] = 0.5, ["v2"] = 0.5 }).Succeeded);
        Assert.Equal([new ControlEdit("endpoint", "greet", 3, """{"Later":1,"Traffic":{"v1":0.5,"v2":0.5}}""")], draft.ToEdits());
    }

    [Fact]
    public void What_is_so_already_is_no_edit()
    {
        var draft = Draft(Greet, V1);
        Assert.True(draft.Control.SetTraffic("greet", new Dictionary<string, double> { ["v1"] = 1 }).Succeeded);
        Assert.Empty(draft.ToEdits());
    }

    [Fact]
    public void What_a_router_would_refuse_is_refused_in_its_words()
    {
        var draft = Draft(Greet, V1);
        Assert.Contains("the weights sum to 0.9", Refusal(draft.Control.SetTraffic("greet", new Dictionary<string, double> { ["v1"] = 0.9 })), StringComparison.Ordinal);
        Assert.Contains("there is no backend v3", Refusal(draft.Control.SetShadow("greet", "v3", 0.5)), StringComparison.Ordinal);
        Assert.Contains("at these endpoints: greet", Refusal(draft.Control.RemoveBackend("v1")), StringComparison.Ordinal);
        Assert.Empty(draft.ToEdits());
    }

    [Fact]
    public void A_removal_is_an_edit_without_a_value()
    {
        var draft = Draft(Greet, V1, V2);
        Assert.True(draft.Control.RemoveBackend("v2").Succeeded);
        Assert.True(draft.Control.RemoveEndpoint("greet").Succeeded);
        Assert.Equal([new ControlEdit("backend", "v2", 2, null), new ControlEdit("endpoint", "greet", 3, null)], draft.ToEdits());
    }

    [Fact]
    public void An_object_that_comes_back_goes_on_from_the_version_of_its_removal()
    {
        var draft = Draft(new ControlObject("backend", "v2", 7, null));
        Assert.True(draft.Control.ConfigureBackend("v2", new BackendConfig()).Succeeded);
        Assert.Equal([new ControlEdit("backend", "v2", 7, "{}")], draft.ToEdits());
    }

    [Fact]
    public void A_backend_that_is_only_implied_is_written_when_somebody_names_it()
    {
        var draft = Draft(Greet); // Its backend was removed by another author.
        Assert.Empty(draft.ToEdits());
        draft.Name("v1");
        Assert.Equal([new ControlEdit("backend", "v1", 0, "{}")], draft.ToEdits());
    }

    [Fact]
    public void A_value_that_is_neither_endpoint_nor_backend_is_set_as_it_is()
    {
        var draft = Draft(new ControlObject("replica", "r1", 5, DrainDocument.Drained));
        draft.Set(ControlKey.Replica("r1"), null);
        draft.Set(ControlKey.Replica("r2"), DrainDocument.Drained);
        Assert.Equal([new ControlEdit("replica", "r1", 5, null), new ControlEdit("replica", "r2", 0, DrainDocument.Drained)], draft.ToEdits());
    }

    private static ControlDraft Draft(params ControlObject[] objects) =>
        new(ControlState.Of(new ControlSnapshot(9, 9, 9, objects, [])), new RouterOptions());

    private static string Refusal(BrokerServe.Router.Routing.ControlResult result) => string.Join(" ", result.Errors);
}
