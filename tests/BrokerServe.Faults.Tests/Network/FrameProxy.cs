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

    /// <summary>What happens to frames to the broker (true) and from it (false): see <see cref="Weather"/>.</summary>
    public ConcurrentDictionary<bool, Weather> Weather { get; } = new() { [true] = new(), [false] = new() };

    /// <summary>The trap that frames run into; null: none.</summary>
    public Trap? Trap { get; set; }

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
