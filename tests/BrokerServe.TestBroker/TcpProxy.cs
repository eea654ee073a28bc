using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace BrokerServe.TestBroker;

/// <summary>Stands between a client and the broker, and does what bad networks do.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<int, ProxiedConnection> _connections = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Uri _target;
    private readonly Task _accepting;
    private volatile bool _frozen;

    /// <summary>Stands in front of a broker.</summary>
    public TcpProxy(string targetUri)
    {
        _target = new Uri(targetUri);
        _listener.Start();
        Uri = new UriBuilder(targetUri) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri.AbsoluteUri;
        _accepting = AcceptAsync();
    }

    /// <summary>The broker's URI with the proxy's address in it.</summary>
    public string Uri { get; }

    /// <summary>From now on nothing is read from either side, and nobody is told: the peer seems to live and says nothing.</summary>
    public void Freeze() => _frozen = true;

    /// <summary>Resets the connection that a client has from a local port.</summary>
    public void Cut(int localPort)
    {
        if (!_connections.TryRemove(localPort, out var connection))
        {
            throw new InvalidOperationException($"No connection from port {localPort} goes through the proxy.");
        }

        connection.Cut();
    }

    /// <summary>Resets every connection.</summary>
    public void CutAll()
    {
        foreach (var port in _connections.Keys)
        {
            if (_connections.TryRemove(port, out var connection))
            {
                connection.Cut();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        CutAll();
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
                    await broker.ConnectAsync(_target.Host, _target.Port, _stopping.Token);
                }
                catch (SocketException)
                {
                    client.Dispose();
                    continue;
                }

                _connections[((IPEndPoint)client.RemoteEndPoint!).Port] = new ProxiedConnection(client, broker, () => _frozen);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
