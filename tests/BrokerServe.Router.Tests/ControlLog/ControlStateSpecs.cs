using BrokerServe.Protocol.Control;
using BrokerServe.Router.ControlLog;
using CsCheck;

namespace BrokerServe.Router.Tests.ControlLog;

public sealed class ControlStateSpecs
{
    private static readonly ControlKey Greet = ControlKey.Endpoint("greet");
    private static readonly ControlKey V1 = ControlKey.Backend("v1");

    private ControlState _state = ControlState.Empty;

    [Fact]
    public void A_change_counts_when_the_object_has_its_base()
    {
        var first = Judge(new("a", [Edit(Greet, 0, "{}")]));
        Assert.Equal((true, 1L), (first.Counts, first.Version));

        var second = Judge(new("b", [Edit(Greet, 1, """{"Later":1}""")]));
        Assert.Equal((true, 2L), (second.Counts, second.Version));
        Assert.Equal(new ControlObject("endpoint", "greet", 2, """{"Later":1}"""), _state.Find(Greet));
    }

    [Fact]
    public void A_change_for_an_object_that_has_changed_meanwhile_is_refused_and_says_so()
    {
        Judge(new("a", [Edit(Greet, 0, "{}")]));
        var late = Judge(new("b", [Edit(Greet, 0, """{"Mine":true}""")]));
        Assert.False(late.Counts);
        Assert.Equal(("greet", 0L, 1L), (late.Stale!.Name, late.Stale.Base, late.Found));
        Assert.Equal((1L, "{}"), (_state.Version, _state.Find(Greet)!.Value));
    }

    [Fact]
    public void Changes_of_different_objects_do_not_stand_in_each_others_way()
    {
        Assert.True(Judge(new("a", [Edit(Greet, 0, "{}")])).Counts);
        Assert.True(Judge(new("b", [Edit(V1, 0, "{}")])).Counts);
    }

    [Fact]
    public void Of_a_change_with_one_stale_edit_nothing_counts()
    {
        Judge(new("a", [Edit(V1, 0, "{}")]));
        Assert.False(Judge(new("b", [Edit(Greet, 0, "{}"), Edit(V1, 0, null)])).Counts);
        Assert.Null(_state.Find(Greet));
        Assert.NotNull(_state.Find(V1));
    }

    [Fact]
    public void A_change_that_comes_again_keeps_its_first_outcome_and_changes_nothing()
    {
        var first = Judge(new("a", [Edit(Greet, 0, "{}")]));
        Judge(new("b", [Edit(Greet, 1, """{"Newer":true}""")]));
        var refused = Judge(new("c", [Edit(Greet, 1, "{}")]));
        var before = _state;

        var again = Judge(new("a", [Edit(Greet, 2, "{}")])); // Its base would be right now.
        Assert.Equal((true, first.Version), (again.IsRepetition, again.Version));
        Assert.Equal((true, 0L), (Judge(new("c", [Edit(Greet, 2, "{}")])).IsRepetition, refused.Version));
        Assert.Equal((before.Version, before.Hash, before.Objects), (_state.Version, _state.Hash, _state.Objects));
    }

    [Fact]
    public void A_change_that_comes_again_when_its_verdict_is_forgotten_is_refused_by_its_bases()
    {
        var change = new ControlChange("a", [Edit(Greet, 0, "{}")]);
        Judge(change);
        for (var i = 0; i < ControlState.MaxVerdicts; i++)
        {
            Judge(new($"b-{i}", [Edit(V1, _state.VersionOf(V1), "{}")]));
        }

        var again = Judge(change);
        Assert.Equal((false, false), (again.IsRepetition, again.Counts));
    }

    [Fact]
    public void An_object_that_was_removed_keeps_its_version_for_when_it_comes_back()
    {
        Judge(new("a", [Edit(Greet, 0, "{}")]));
        Assert.True(Judge(new("b", [Edit(Greet, 1, null)])).Counts);
        Assert.Null(_state.Find(Greet));
        Assert.Equal(2, _state.VersionOf(Greet));
        Assert.False(Judge(new("c", [Edit(Greet, 0, "{}")])).Counts);
        Assert.True(Judge(new("d", [Edit(Greet, 2, "{}")])).Counts);
    }

    [Fact]
    public void What_says_nothing_to_this_version_only_moves_the_offset()
    {
        _state = _state.Apply(4, entry: null, tail: 1, out var outcome).Apply(9, new ControlFence("f"), tail: 2, out _);
        Assert.Null(outcome);
        Assert.Equal((9L, 2L, 0L, 0ul), (_state.Offset, _state.Tail, _state.Version, _state.Hash));
    }

    [Fact]
    public void All_readers_come_to_the_same_whatever_snapshot_they_begin_with() => Gen.Select(RandomLog.Gen, Gen.Int[0, 119]).Sample((log, at) =>
    {
        var whole = ControlState.Empty;
        var late = ControlState.Empty;
        for (var i = 0; i < log.Length; i++)
        {
            whole = whole.Apply(log[i].Offset, log[i].Entry, tail: i, out var outcome);
            late = late.Apply(log[i].Offset, log[i].Entry, tail: i, out var other);
            Assert.Equal(outcome, other);
            if (i == at)
            {
                Assert.True(ControlEntry.TryDecode(late.ToSnapshot().Encode(), out var snapshot));
                late = ControlState.Of((ControlSnapshot)snapshot);
            }
        }

        Assert.Equal((whole.Offset, whole.Tail, whole.Version, whole.Hash), (late.Offset, late.Tail, late.Version, late.Hash));
        Assert.Equal(whole.Objects.OrderBy(pair => pair.Key), late.Objects.OrderBy(pair => pair.Key));
        Assert.All(Ids(log), id => Assert.Equal(whole.VerdictOn(id), late.VerdictOn(id)));
    });

    [Fact]
    public void The_first_outcome_of_every_id_is_the_one_that_stays() => RandomLog.Gen.Sample(log =>
    {
        var first = new Dictionary<string, long>();
        foreach (var (offset, entry) in log)
        {
            _ = offset;
            _state = _state.Apply(_state.Offset + 1, entry, tail: 0, out var outcome);
            if (outcome is not null)
            {
                Assert.Equal(!first.TryAdd(outcome.Change.Id, outcome.Version), outcome.IsRepetition);
                Assert.Equal(first[outcome.Change.Id], outcome.Version);
                Assert.Equal(new ControlVerdict(outcome.Change.Id, outcome.Version), _state.VerdictOn(outcome.Change.Id));
            }
        }

        _state = ControlState.Empty;
    }, threads: 1);

    [Fact]
    public void The_hash_is_of_the_objects_alone_however_they_came_about() => RandomLog.Gen.Sample(log =>
    {
        var state = ControlState.Empty;
        foreach (var (offset, entry) in log)
        {
            state = state.Apply(offset, entry, tail: 0, out _);
        }

        var sum = state.Objects.Values.Reverse().Aggregate(0ul, (hash, row) => unchecked(hash + ControlHash.Of(row)));
        Assert.Equal(sum, state.Hash);
    });

    [Fact]
    public void Values_are_kept_letter_by_letter_with_what_this_version_does_not_know()
    {
        const string Strange = """{ "Traffic":{"v1":1.0},  "FromTomorrow" : {"Zoë":[1,2.50,null]}}""";
        Judge(new("a", [Edit(Greet, 0, Strange), Edit(new("schedule", "nightly"), 0, """{"At":"03:00"}""")]));
        Assert.True(ControlEntry.TryDecode(_state.ToSnapshot().Encode(), out var snapshot));
        var again = ControlState.Of((ControlSnapshot)snapshot);
        Assert.Equal(Strange, again.Find(Greet)!.Value);
        Assert.Equal("""{"At":"03:00"}""", again.Find(new("schedule", "nightly"))!.Value);
    }

    [Fact]
    public void The_hash_of_the_golden_state_is_the_one_in_PROTOCOL_md()
    {
        var state = ControlState.Of(new ControlSnapshot(
            70_000, 1, 301, [new("backend", "v0", 301, null), new("endpoint", "greet", 301, """{"Traffic":{"v1":1}}""")], []));
        Assert.Equal("c1ecd6cee7e58640", ControlHash.Print(state.Hash));
        Assert.Contains($"`{ControlHash.Print(state.Hash)}`", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PROTOCOL.md")), StringComparison.Ordinal);
    }

    private static ControlEdit Edit(ControlKey key, long @base, string? value) => new(key.Kind, key.Name, @base, value);

    private static IEnumerable<string> Ids(IEnumerable<(long Offset, ControlEntry? Entry)> log) =>
        log.Select(row => row.Entry).OfType<ControlChange>().Select(change => change.Id).Distinct();

    private ControlOutcome Judge(ControlChange change)
    {
        _state = _state.Apply(_state.Offset + 1, change, tail: 0, out var outcome);
        Assert.NotNull(outcome);
        return outcome;
    }
}
