using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Control;

/// <summary>What has been read of an entry so far: pairs come in any order, so its kind may be the last thing that is known.</summary>
internal struct ControlDraft
{
    private string? _kind;
    private string? _id;
    private string? _author;
    private long? _timeUnixMs;
    private string? _note;
    private List<ControlEdit>? _edits;
    private long? _offset;
    private long? _tail;
    private long? _version;
    private List<ControlObject>? _objects;
    private List<ControlVerdict>? _verdicts;

    private delegate bool RowReader<T>(scoped ref PackReader reader, out T? row);

    public static bool TryReadPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref ControlDraft draft) => key switch
    {
        _ when key.SequenceEqual("kind"u8) => reader.TryReadName(out draft._kind),
        _ when key.SequenceEqual("id"u8) => reader.TryReadName(out draft._id),
        _ when key.SequenceEqual("author"u8) => reader.TryReadString(out draft._author),
        _ when key.SequenceEqual("time_unix_ms"u8) => reader.TryReadUnixMs(out draft._timeUnixMs),
        _ when key.SequenceEqual("note"u8) => reader.TryReadString(out draft._note),
        _ when key.SequenceEqual("edits"u8) => TryReadRows(ref reader, ControlEdit.TryRead, out draft._edits),
        _ when key.SequenceEqual("offset"u8) => reader.TryReadNatural(out draft._offset),
        _ when key.SequenceEqual("tail"u8) => reader.TryReadNatural(out draft._tail),
        _ when key.SequenceEqual("version"u8) => reader.TryReadNatural(out draft._version),
        _ when key.SequenceEqual("objects"u8) => TryReadRows(ref reader, ControlObject.TryRead, out draft._objects),
        _ when key.SequenceEqual("verdicts"u8) => TryReadRows(ref reader, ControlVerdict.TryRead, out draft._verdicts),
        _ => reader.TrySkip(),
    };

    /// <summary>The entry; null when its kind is unknown or something that it needs was not said.</summary>
    public readonly ControlEntry? ToEntry() => _kind switch
    {
        "change" when _id is { } id && _edits is { Count: > 0 } edits && AreOfDifferentObjects(edits) =>
            new ControlChange(id, edits) { Author = _author ?? "", TimeUnixMs = _timeUnixMs ?? 0, Note = _note ?? "" },
        "fence" when _id is { } id => new ControlFence(id),
        "snapshot" when _offset is { } offset => new ControlMark(offset),
        "state" when _offset is { } offset && _tail is { } tail && _version is { } version && _objects is { } objects && _verdicts is { } verdicts =>
            new ControlSnapshot(offset, tail, version, objects, verdicts),
        _ => null,
    };

    private static bool AreOfDifferentObjects(List<ControlEdit> edits) =>
        edits.Count == 1 || edits.DistinctBy(edit => (edit.Kind, edit.Name)).Count() == edits.Count;

    /// <summary>Reads rows; the list grows with what is really there, never by what the header says.</summary>
    private static bool TryReadRows<T>(scoped ref PackReader reader, RowReader<T> tryRead, out List<T>? rows)
        where T : class
    {
        rows = null;
        if (!reader.TryReadArrayHeader(out var count))
        {
            return false;
        }

        var read = new List<T>();
        for (; count > 0; count--)
        {
            if (!tryRead(ref reader, out var row))
            {
                return false;
            }

            read.Add(row!);
        }

        rows = read;
        return true;
    }
}
