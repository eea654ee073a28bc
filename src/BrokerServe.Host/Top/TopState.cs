using BrokerServe.Host.Tables;

namespace BrokerServe.Host.Top;

/// <summary>What a person has chosen to see: which tables, sorted how, filtered by what.</summary>
/// <remarks>Pure: keys in, choices out. One thread.</remarks>
internal sealed class TopState
{
    /// <summary>Sections there are: endpoints, backends, replicas, routers.</summary>
    public const int Sections = 4;

    private readonly int[] _sortBy = new int[Sections];
    private readonly bool[] _reversed = new bool[Sections];
    private readonly int[] _offset = new int[Sections];

    /// <summary>The section that keys act on; it gets the room that the others leave.</summary>
    public int Focus { get; private set; }

    /// <summary>Rows without this word in a name are not shown; empty: all are.</summary>
    public string Filter { get; private set; } = "";

    /// <summary>Letters go to the filter.</summary>
    public bool IsTyping { get; private set; }

    /// <summary>The numbers stand still.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>The keys are shown instead of the tables.</summary>
    public bool ShowsHelp { get; private set; }

    /// <summary>It is enough.</summary>
    public bool HasQuit { get; private set; }

    /// <summary>The column that a section is sorted by.</summary>
    public int SortBy(int section) => _sortBy[section];

    /// <summary>Whether it is sorted the other way round: numbers from the smallest, names from Z.</summary>
    public bool IsReversed(int section) => _reversed[section];

    /// <summary>Rows of a section that are scrolled away.</summary>
    public int Offset(int section) => _offset[section];

    /// <summary>Begins with a filter.</summary>
    public void SetFilter(string filter) => Filter = filter;

    /// <summary>Begins with a section sorted by a column.</summary>
    public void SetSort(int section, int column) => _sortBy[section] = column;

    /// <summary>Applies a section's choices.</summary>
    public Section Apply(Section section, int number) => section.With(Filter, _sortBy[number], _reversed[number]);

    /// <summary>Keeps what is scrolled away within what there is.</summary>
    public void Clamp(int section, int rows, int shown) => _offset[section] = Math.Clamp(_offset[section], 0, Math.Max(0, rows - shown));

    /// <summary>A key was pressed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="columns">Columns that the section in focus shows, so that sorting goes by what is seen.</param>
    public void Press(ConsoleKeyInfo key, IReadOnlyList<int> columns)
    {
        if (IsTyping)
        {
            Type(key);
        }
        else if (ShowsHelp)
        {
            ShowsHelp = false;
        }
        else
        {
            Command(key, columns);
        }
    }

    private void Type(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                IsTyping = false;
                break;
            case ConsoleKey.Escape:
                (IsTyping, Filter) = (false, "");
                break;
            case ConsoleKey.Backspace:
                Filter = Filter.Length == 0 ? "" : Filter[..^1];
                break;
            default:
                Filter += char.IsControl(key.KeyChar) ? "" : key.KeyChar;
                break;
        }
    }

    private void Command(ConsoleKeyInfo key, IReadOnlyList<int> columns)
    {
        switch (key.Key)
        {
            case ConsoleKey.Tab:
                Focus = (Focus + ((key.Modifiers & ConsoleModifiers.Shift) != 0 ? Sections - 1 : 1)) % Sections;
                return;
            case ConsoleKey.UpArrow:
                _offset[Focus]--;
                return;
            case ConsoleKey.DownArrow:
                _offset[Focus]++;
                return;
            case ConsoleKey.PageUp:
                _offset[Focus] -= 10;
                return;
            case ConsoleKey.PageDown:
                _offset[Focus] += 10;
                return;
            case ConsoleKey.Home:
                _offset[Focus] = 0;
                return;
            case ConsoleKey.End:
                _offset[Focus] = int.MaxValue - 100; // As far as there is: it is clamped when drawn.
                return;
            case ConsoleKey.RightArrow:
                MoveSort(columns, 1);
                return;
            case ConsoleKey.LeftArrow:
                MoveSort(columns, -1);
                return;
            case ConsoleKey.Escape:
                Filter = "";
                return;
        }

        Letter(key.KeyChar, columns);
    }

    private void Letter(char letter, IReadOnlyList<int> columns)
    {
        switch (letter)
        {
            case 'q' or 'Q':
                HasQuit = true;
                break;
            case '/':
                IsTyping = true;
                break;
            case '>' or '.':
                MoveSort(columns, 1);
                break;
            case '<' or ',':
                MoveSort(columns, -1);
                break;
            case 'i' or 'I':
                _reversed[Focus] = !_reversed[Focus];
                break;
            case 'p' or 'P' or ' ':
                IsPaused = !IsPaused;
                break;
            case '?' or 'h' or 'H':
                ShowsHelp = true;
                break;
            case >= '1' and <= '4':
                Focus = letter - '1';
                break;
        }
    }

    private void MoveSort(IReadOnlyList<int> columns, int by)
    {
        var at = columns.ToList().IndexOf(_sortBy[Focus]);
        _sortBy[Focus] = columns[(Math.Max(0, at) + by + columns.Count) % columns.Count];
        _reversed[Focus] = false;
    }
}
