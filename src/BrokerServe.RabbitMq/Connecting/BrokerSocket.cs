using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace BrokerServe.RabbitMq.Connecting;

/// <summary>The one TCP connection under an AMQP connection, in our hands so that it can be ended when the client library is stuck.</summary>
/// <remarks>
/// The library awaits its own loops when it closes, and those may wait for a peer that is gone (rabbitmq-dotnet-client 1930, 1960). Closing
/// the socket under it is what always sets them free. TLS is done here too, so that <see cref="GuardedStream"/> sees plain frames.
/// </remarks>
internal sealed class BrokerSocket : ITcpClient
{
    private readonly Socket _socket;
    private readonly SslClientAuthenticationOptions? _tls;
    private Stream? _stream;

    public BrokerSocket(AddressFamily family, SslClientAuthenticationOptions? tls)
    {
        // Frames are written whole; to wait for more would only delay them.
        _socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _tls = tls;
    }

    public bool Connected => _socket.Connected;

    public Socket Client => _socket;

    public TimeSpan ReceiveTimeout { get; set; }

    public async Task ConnectAsync(IPAddress host, int port, CancellationToken cancellationToken = default)
    {
        await _socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
        Stream stream = new NetworkStream(_socket);
        if (_tls is not null)
        {
            var secured = new SslStream(stream);
            await secured.AuthenticateAsClientAsync(_tls, cancellationToken).ConfigureAwait(false);
            stream = secured;
        }

        _stream = stream;
    }

    public NetworkStream GetStream() =>
        new GuardedStream(_socket, _stream ?? throw new InvalidOperationException("The socket is not connected yet."));

    /// <summary>Ends the connection as a crash would: the peer sees a reset, and whatever waits for this socket fails at once.</summary>
    public void Cut()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Not connected any more: there is nobody to send the reset to.
        }

        _socket.Dispose();
    }

    public void Close() => _socket.Dispose();

    public void Dispose() => Close();
}
