using System.Text;

namespace BrokerServe.Host.Pictures;

/// <summary>Draws pictures over one another on a screen of their own; what was there before comes back, with the last picture below it.</summary>
/// <remarks>
/// A screen of its own because each picture is drawn from the top left: one that the terminal has wrapped anew, made narrower, or scrolled
/// cannot be drawn over from where it ended. Notes that come meanwhile are kept until there is a screen on which they stay.
/// </remarks>
internal sealed class LiveScreen : IPictureView
{
    // Who holds the lock for longer writes to a terminal that does not read. A process that is to end does not wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly TextWriter _terminal;
    private readonly Func<(int Width, int Height)> _size;
    private readonly bool _colours;
    private readonly Glyphs _glyphs;
    private readonly Lock _lock = new();
    private readonly HeldNotes _notes = new();
    private readonly Suspension _suspension;
    private bool _entered;
    private bool _closed;

    /// <summary>Draws nothing yet: there may be nothing to show.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="size">How large its window is now, in cells.</param>
    /// <param name="colours">Whether colours are welcome.</param>
    /// <param name="glyphs">What it can show.</param>
    public LiveScreen(TextWriter terminal, Func<(int Width, int Height)> size, bool colours, Glyphs glyphs)
    {
        _terminal = terminal;
        _size = size;
        _colours = colours;
        _glyphs = glyphs;
        _suspension = new Suspension(stop =>
        {
            lock (_lock)
            {
                LeaveScreen();
                stop();
            }
        });
    }

    public TimeSpan Period { get; } = TimeSpan.FromMilliseconds(250);

    public void Begin(Picture first) => Show(first);

    public void Show(Picture picture)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            var (width, height) = Size();
            var lines = PictureSheet.Print(picture, width, _colours, _glyphs).Concat(_notes.Last(width)).Take(height);
            var frame = new StringBuilder();
            frame.Append(_entered ? "" : ScreenCodes.Enter).Append(ScreenCodes.BeginFrame).AppendJoin(ScreenCodes.EndLine, lines);
            frame.Append(ScreenCodes.EraseLine).Append(ScreenCodes.EndFrame);
            _entered = true;
            Write(frame.ToString());
        }
    }

    public void End(Picture last)
    {
        lock (_lock)
        {
            LeaveScreen();
            _closed = true;
            Write(string.Join('\n', PictureSheet.Print(last, Size().Width, _colours, _glyphs)) + "\n\n");
        }
    }

    public void Note(string line)
    {
        lock (_lock)
        {
            if (_entered)
            {
                _notes.Add(line);
            }
            else
            {
                Write(line + "\n");
            }
        }
    }

    public void Dispose()
    {
        _suspension.Dispose();
        if (!_lock.TryEnter(Patience))
        {
            return;
        }

        try
        {
            LeaveScreen();
            _closed = true;
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void LeaveScreen()
    {
        if (_entered)
        {
            _entered = false;
            Write(ScreenCodes.Leave + string.Concat(_notes.TakeAll().Select(static note => note + "\n")));
        }
    }

    private (int Width, int Height) Size() => ScreenCodes.Usable(_size());

    private void Write(string text)
    {
        _terminal.Write(text);
        _terminal.Flush();
    }
}
