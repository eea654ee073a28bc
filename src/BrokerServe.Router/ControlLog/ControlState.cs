using System.Collections.Immutable;
using BrokerServe.Protocol.Control;

namespace BrokerServe.Router.ControlLog;

/// <summary>What the entries of the control log come to, up to one of them. Immutable; decides and does nothing.</summary>
/// <remarks>
/// Whoever folds the same entries in the same order gets the same state, whichever snapshot it began with: an edit is judged by the version of
/// its object alone. So routers need no leader, and an author learns from the log itself what became of its change.
/// </remarks>
internal sealed record ControlState
{
    /// <summary>
    /// Of how many changes the verdict is kept: of some minutes of an automaton's, which is longer than any author tries again. It bounds what
    /// a repetition is told, not what it does: the objects of a change have moved on from its bases or never had them, so an old one that
    /// comes again is refused by those.
    /// </summary>
    public const int MaxVerdicts = 4_096;

    /// <summary>Before the first entry.</summary>
    public static ControlState Empty { get; } = new();

    /// <summary>The last entry that was looked at; -1 before the first.</summary>
    public long Offset { get; private init; } = -1;

    /// <summary>What <see cref="ControlHash.OfEntry"/> says of that entry: by it a reader that comes back sees whether it is still the same log.</summary>
    public long Tail { get; private init; }

    /// <summary>How many changes have counted.</summary>
    public long Version { get; private init; }

    /// <summary>Of all objects: the same in two readers when their objects and versions are. See <see cref="ControlHash"/>.</summary>
    public ulong Hash { get; private init; }

    /// <summary>Every object that there ever was; one that was removed has no value.</summary>
    public ImmutableDictionary<ControlKey, ControlObject> Objects { get; private init; } = ImmutableDictionary<ControlKey, ControlObject>.Empty;

    private ImmutableDictionary<string, ControlVerdict> Verdicts { get; init; } =
        ImmutableDictionary.Create<string, ControlVerdict>(StringComparer.Ordinal);

    private ImmutableQueue<string> Judged { get; init; } = []; // The ids of Verdicts, oldest first.

    /// <summary>Goes on from a snapshot as whoever wrote it.</summary>
    public static ControlState Of(ControlSnapshot snapshot)
    {
        var objects = ImmutableDictionary.CreateBuilder<ControlKey, ControlObject>();
        foreach (var row in snapshot.Objects)
        {
            objects[ControlKey.Of(row)] = row;
        }

        var verdicts = ImmutableDictionary.CreateBuilder<string, ControlVerdict>(StringComparer.Ordinal);
        var judged = ImmutableQueue<string>.Empty;
        foreach (var verdict in snapshot.Verdicts.TakeLast(MaxVerdicts).Where(verdict => verdicts.TryAdd(verdict.Id, verdict)))
        {
            judged = judged.Enqueue(verdict.Id);
        }

        return new ControlState
        {
            Offset = snapshot.Offset,
            Tail = snapshot.Tail,
            Version = snapshot.Version,
            Hash = objects.Values.Aggregate(0ul, (sum, row) => unchecked(sum + ControlHash.Of(row))),
            Objects = objects.ToImmutable(),
            Verdicts = verdicts.ToImmutable(),
            Judged = judged,
        };
    }

    /// <summary>The object, unless there is none (any more).</summary>
    public ControlObject? Find(ControlKey key) => Objects.GetValueOrDefault(key) is { Value: not null } there ? there : null;

    /// <summary>The base of an edit of the object; 0 when there never was one.</summary>
    public long VersionOf(ControlKey key) => Objects.GetValueOrDefault(key)?.Version ?? 0;

    /// <summary>What became of a change, by its id; null when it has not been seen, or too long ago.</summary>
    public ControlVerdict? VerdictOn(string id) => Verdicts.GetValueOrDefault(id);

    /// <summary>Looks at the next entry.</summary>
    /// <param name="offset">Where it stands; above <see cref="Offset"/>.</param>
    /// <param name="entry">What it says; null when that means nothing to this version.</param>
    /// <param name="tail">What <see cref="ControlHash.OfEntry"/> says of it.</param>
    /// <param name="outcome">What became of it, when it is a change.</param>
    /// <returns>The state after it.</returns>
    public ControlState Apply(long offset, ControlEntry? entry, long tail, out ControlOutcome? outcome)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(offset, Offset);
        outcome = null;
        var after = entry is ControlChange change ? Judge(offset, change, out outcome) : this;
        return after with { Offset = offset, Tail = tail };
    }

    /// <summary>All of it, for readers to begin with.</summary>
    public ControlSnapshot ToSnapshot() => new(
        Offset,
        Tail,
        Version,
        [.. Objects.OrderBy(pair => pair.Key).Select(pair => pair.Value)],
        [.. Judged.Select(id => Verdicts[id])]);

    private ControlState Judge(long offset, ControlChange change, out ControlOutcome outcome)
    {
        if (Verdicts.TryGetValue(change.Id, out var first))
        {
            outcome = new ControlOutcome(change, offset, first.Version) { IsRepetition = true };
            return this;
        }

        if (change.Edits.FirstOrDefault(edit => VersionOf(ControlKey.Of(edit)) != edit.Base) is { } stale)
        {
            outcome = new ControlOutcome(change, offset, 0) { Stale = stale, Found = VersionOf(ControlKey.Of(stale)) };
            return Remember(new ControlVerdict(change.Id, 0));
        }

        var version = Version + 1;
        var (objects, hash) = (Objects, Hash);
        foreach (var edit in change.Edits)
        {
            var key = ControlKey.Of(edit);
            var before = objects.TryGetValue(key, out var there) ? ControlHash.Of(there) : 0;
            var after = new ControlObject(edit.Kind, edit.Name, version, edit.Value);
            objects = objects.SetItem(key, after);
            hash = unchecked(hash - before + ControlHash.Of(after));
        }

        outcome = new ControlOutcome(change, offset, version);
        return Remember(new ControlVerdict(change.Id, version)) with { Version = version, Objects = objects, Hash = hash };
    }

    private ControlState Remember(ControlVerdict verdict)
    {
        var (verdicts, judged) = (Verdicts, Judged);
        if (verdicts.Count == MaxVerdicts)
        {
            judged = judged.Dequeue(out var oldest);
            verdicts = verdicts.Remove(oldest);
        }

        return this with { Verdicts = verdicts.Add(verdict.Id, verdict), Judged = judged.Enqueue(verdict.Id) };
    }
}
