namespace BrokerServe.Host.Pictures;

/// <summary>Lines that wait until they can be read, the oldest left out when there are very many.</summary>
internal sealed class HeldNotes
{
    // What a person scrolls back for; a broker that is away for long says the same again and again.
    private const int MaxHeld = 200;

    private const int Shown = 3;

    private readonly Queue<string> _lines = new();
    private long _dropped;

    public void Add(string line)
    {
        _lines.Enqueue(line);
        if (_lines.Count > MaxHeld)
        {
            _lines.Dequeue();
            _dropped++;
        }
    }

    /// <summary>The newest ones, to stand below a picture: cut to a width, and with nothing in them that moves a cursor.</summary>
    public IEnumerable<string> Last(int width) => _lines.Count == 0
        ? []
        : _lines.Skip(_lines.Count - Shown).Select(line => Printable.Of(line)).Select(line => line.Length <= width ? line : line[..width]).Prepend("");

    /// <summary>All of them; none is left.</summary>
    public IReadOnlyList<string> TakeAll()
    {
        List<string> all = _dropped > 0 ? [$"({_dropped} earlier lines are left out.)"] : [];
        all.AddRange(_lines);
        _lines.Clear();
        _dropped = 0;
        return all;
    }
}
