using System.Text;
using BrokerServe.Host.Pictures;
using Spectre.Console;

namespace BrokerServe.Host.Top;

/// <summary>A screen of its own for <c>top</c>; what was there before comes back.</summary>
/// <remarks>One thread draws. Disposing gives the terminal back, and may come from any thread, more than once.</remarks>
internal sealed class TopScreen : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly TextWriter _terminal;
    private readonly Func<(int Width, int Height)> _size;
    private readonly bool _colours;
    private readonly Lock _lock = new();
    private readonly Suspension _suspension;
    private bool _entered;
    private bool _closed;

    /// <summary>Draws nothing yet.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="size">How large its window is now, in cells.</param>
    /// <param name="colours">Whether colours are welcome.</param>
    public TopScreen(TextWriter terminal, Func<(int Width, int Height)> size, bool colours)
    {
        _terminal = terminal;
        _size = size;
        _colours = colours;
        _suspension = new Suspension(stop =>
        {
            lock (_lock)
            {
                Leave();
                stop();
            }
        });
    }

    /// <summary>Cells of the window; a line never fills its last one.</summary>
    public (int Width, int Height) Size => ScreenCodes.Usable(_size());

    /// <summary>Draws it over what was there.</summary>
    public void Show(TopFrame frame, TopState state)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            var (width, height) = Size;
            var lines = SheetPrinter.Print(new Rows(TopSheet.Lines(frame, state, width, height)), width, _colours).Take(height);
            var text = new StringBuilder();
            text.Append(_entered ? "" : ScreenCodes.Enter).Append(ScreenCodes.BeginFrame).AppendJoin(ScreenCodes.EndLine, lines);
            text.Append(ScreenCodes.EraseLine).Append(ScreenCodes.EndFrame);
            _entered = true;
            Write(text.ToString());
        }
    }

    public void Dispose()
    {
        _suspension.Dispose();
        if (!_lock.TryEnter(Patience))
        {
            return; // A terminal that does not read; a process that is to end does not wait for it.
        }

        try
        {
            Leave();
            _closed = true;
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void Leave()
    {
        if (_entered)
        {
            _entered = false;
            Write(ScreenCodes.Leave);
        }
    }

    private void Write(string text)
    {
        _terminal.Write(text);
        _terminal.Flush();
    }
}
