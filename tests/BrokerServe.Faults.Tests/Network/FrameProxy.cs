using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace BrokerServe.Faults.Tests.Network;

/// <summary>Stands between one party and the broker: does what bad networks do, and can hold the frame that a test has chosen.</summary>
/// <remarks>Bytes pass as they are. Any thread may set a fault; it counts from the next frame on.</remarks>
internal sealed class FrameProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<FrameLink, Task> _links = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Uri _target;
    private readonly Task _accepting;
    private int _ofTomorrow;

    public FrameProxy(string targetUri)
    {
        _target = new Uri(targetUri);
        _listener.Start();
        Uri = new UriBuilder(targetUri) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri.AbsoluteUri;
        _accepting = AcceptAsync();
    }

    /// <summary>The broker's URI with the proxy's address in it.</summary>
    public string Uri { get; }

    /// <summary>Connections that are open.</summary>
    public int Count => _links.Count;

    /// <summary>What the broker closed, a channel or a connection, and what it said about that: somebody has broken a rule.</summary>
    public ConcurrentQueue<string> Closes { get; } = [];

    /// <summary>What happens to frames to the broker (true) and from it (false): see <see cref="Weather"/>.</summary>
    public ConcurrentDictionary<bool, Weather> Weather { get; } = new() { [true] = Network.Weather.Fair, [false] = Network.Weather.Fair };

    /// <summary>The trap that frames run into; null: none.</summary>
    public Trap? Trap { get; set; }

    /// <summary>True: what the party says is made into what its next version may say; see <see cref="Network.Tomorrow"/>.</summary>
    public bool IsOfTomorrow { get; set; }

    /// <summary>How many messages were made so.</summary>
    public int OfTomorrow => _ofTomorrow;

    /// <summary>Where messages are put down; null: nowhere.</summary>
    public WireLog? Log { get; init; }

    /// <summary>Connections are accepted and ended at once, as by a broker that is not there.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Resets connections.</summary>
    /// <param name="name">Those whose name, as the party told the broker, has this in it; null: all.</param>
    /// <returns>How many.</returns>
    public int Cut(string? name = null)
    {
        var cut = _links.Keys.Where(link => name is null || link.Name.Contains(name, StringComparison.Ordinal)).ToArray();
        Array.ForEach(cut, link => link.Cut());
        return cut.Length;
    }

    /// <summary>Neither way lets anything through from now on, on the connections that are there; new ones are whole.</summary>
    public void Blackhole(bool toBroker = true, bool fromBroker = true)
    {
        foreach (var link in _links.Keys)
        {
            link.Swallow(toBroker, fromBroker);
        }
    }

    /// <summary>Whether a frame may have to wait here: one that cannot goes on with those around it.</summary>
    internal bool MayHoldUp(Frame frame) => Trap is not null || Weather[frame.FromClient] != Network.Weather.Fair;

    internal void NoteTomorrow() => Interlocked.Increment(ref _ofTomorrow);

    internal void NoteClose(FrameLink link, Frame frame)
    {
        if (!frame.FromClient && frame.Method is "channel.close" or "connection.close")
        {
            Closes.Enqueue($"{frame.Method} of '{link.Name}': {frame.Reason}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        Cut();
        await Task.WhenAll(_links.Values);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                var broker = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    if (IsClosed)
                    {
                        throw new SocketException((int)SocketError.ConnectionRefused);
                    }

                    await broker.ConnectAsync(_target.Host, _target.Port, _stopping.Token);
                }
                catch (SocketException)
                {
                    broker.Dispose();
                    client.Dispose();
                    continue;
                }

                var link = new FrameLink(this, client, broker);
                _links[link] = Task.CompletedTask;
                _links[link] = RunAsync(link);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task RunAsync(FrameLink link)
    {
        await link.RunAsync();
        _links.TryRemove(link, out _);
    }
}
