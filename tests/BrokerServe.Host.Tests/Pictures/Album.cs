using BrokerServe.Host.Pictures;

namespace BrokerServe.Host.Tests.Pictures;

/// <summary>Keeps pictures.</summary>
internal sealed class Album : IPictureView
{
    private int _enough = int.MaxValue;
    private Action _then = () => { };

    public TimeSpan Period { get; } = TimeSpan.FromMilliseconds(50);

    public List<Picture> First { get; } = [];

    public List<Picture> Shown { get; } = [];

    public List<Picture> Last { get; } = [];

    public void After(int pictures, Action then) => (_enough, _then) = (pictures, then);

    public void Begin(Picture first) => First.Add(first);

    public void Show(Picture picture)
    {
        Shown.Add(picture);
        if (Shown.Count == _enough)
        {
            _then();
        }
    }

    public void End(Picture last) => Last.Add(last);

    public void Note(string line)
    {
        // Nothing is looked for in the log.
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
