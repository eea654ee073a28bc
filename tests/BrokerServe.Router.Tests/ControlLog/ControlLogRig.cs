using BrokerServe.Protocol;
using BrokerServe.Protocol.Control;
using BrokerServe.Router.ControlLog;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Router.Tests.ControlLog;

/// <summary>A control log in this process, its authors and its readers.</summary>
internal sealed class ControlLogRig : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _open = [];

    public InMemoryBroker Broker { get; } = new();

    public ObjectNames Names { get; } = new();

    public ControlAuthor Author(string name = "author")
    {
        var author = new ControlAuthor(Broker, Names, name, TimeProvider.System);
        _open.Add(author);
        return author;
    }

    /// <summary>Reads the log as a router does that starts.</summary>
    public async Task<ControlSession> OpenAsync(ControlState? known = null)
    {
        var connection = await Broker.ConnectAsync("reader", default);
        _open.Add(connection);
        var session = await ControlSession.OpenAsync(connection, Names, known, TimeProvider.System, default).WaitAsync(TimeSpan.FromSeconds(60));
        _open.Add(session);
        return session;
    }

    /// <summary>Writes what a reader leaves behind when it has looked for a snapshot.</summary>
    public async Task FenceSnapshotsAsync()
    {
        await using var connection = await Broker.ConnectAsync("fence", default);
        await using var appender = await ControlAppender.OpenAsync(connection, Names, TimeProvider.System, default);
        await appender.AppendAsync(Names.ControlSnapshots, new ControlFence(ControlIds.Draw()), default);
    }

    /// <summary>Deletes the log and its snapshots, as an operator would.</summary>
    public async Task DeleteAsync()
    {
        await using var connection = await Broker.ConnectAsync("operator", default);
        await connection.DeleteQueueAsync(Names.Control, default);
        await connection.DeleteQueueAsync(Names.ControlSnapshots, default);
    }

    /// <summary>Sets an object of a kind that no router looks at.</summary>
    public static Func<ControlState, IReadOnlyList<ControlEdit>> Set(string name, string value) =>
        state => [new("note", name, state.VersionOf(new("note", name)), value)];

    public static ControlChange By(string author) => new("", []) { Author = author };

    public async ValueTask DisposeAsync()
    {
        foreach (var open in Enumerable.Reverse(_open))
        {
            await open.DisposeAsync();
        }

        await Broker.DisposeAsync();
    }
}
