using BrokerServe.Protocol.Control;
using BrokerServe.Router.ControlLog;
using CsCheck;

namespace BrokerServe.Router.Tests.ControlLog;

/// <summary>Control logs as several careless authors would write them: right and stale bases, repetitions, removals, fences, noise.</summary>
internal static class RandomLog
{
    private static readonly ControlKey[] Keys =
        [ControlKey.Endpoint("greet"), ControlKey.Endpoint("shout"), ControlKey.Backend("v1"), ControlKey.Backend("v2"), new("schedule", "nightly")];

    /// <summary>Entries in their order; null is one that says nothing to this version. Offsets have gaps, as a broker may leave them.</summary>
    public static Gen<(long Offset, ControlEntry? Entry)[]> Gen { get; } =
        CsCheck.Gen.Select(CsCheck.Gen.Int[0, 99], CsCheck.Gen.Int[0, 999], CsCheck.Gen.Int[0, 2]).Array[1, 120].Select(Write);

    private static (long Offset, ControlEntry? Entry)[] Write((int What, int Number, int Gap)[] choices)
    {
        var log = new List<(long, ControlEntry?)>();
        var state = ControlState.Empty;
        foreach (var (what, number, gap) in choices)
        {
            var entry = Write(what, number, state, log.Count);
            var offset = state.Offset + 1 + gap;
            log.Add((offset, entry));
            state = state.Apply(offset, entry, tail: 0, out _);
        }

        return [.. log];
    }

    private static ControlEntry? Write(int what, int number, ControlState state, int count) => what switch
    {
        < 60 => Change($"c-{count}", number, state, lag: 0),
        < 75 => Change($"c-{count}", number, state, lag: 1 + (number % 3)),
        < 90 => Change($"c-{number % (count + 1)}", number, state, lag: 0), // An id that may have been used.
        < 93 => new ControlFence($"f-{count}"),
        < 96 => new ControlMark(number),
        _ => null,
    };

    private static ControlChange Change(string id, int number, ControlState state, long lag)
    {
        var edits = Keys.Where((_, index) => index == number % Keys.Length || index == number / 7 % Keys.Length).Select(key => new ControlEdit(
            key.Kind, key.Name, Math.Max(0, state.VersionOf(key) - lag), number % 5 == 0 ? null : $$"""{"Number": {{number}}, "Later":[]}"""));
        return new ControlChange(id, [.. edits]);
    }
}
