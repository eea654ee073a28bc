namespace BrokerServe.Host.Pictures;

/// <summary>Shows a run to people while it goes on.</summary>
/// <remarks>
/// One thread shows pictures; notes come from any. Disposing gives the terminal back, and may come from any thread, more than once, at any
/// time. What comes after that is written as plain lines.
/// </remarks>
internal interface IPictureView : IDisposable
{
    /// <summary>How often it wants a new picture.</summary>
    TimeSpan Period { get; }

    /// <summary>A run, or another part of it, begins.</summary>
    void Begin(Picture first);

    /// <summary>It goes on.</summary>
    void Show(Picture picture);

    /// <summary>It is over.</summary>
    void End(Picture last);

    /// <summary>A line that somebody should read, such as one of a log.</summary>
    void Note(string line);
}
