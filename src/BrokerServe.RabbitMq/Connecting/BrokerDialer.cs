using System.Net.Security;
using BrokerServe.Transport;
using RabbitMQ.Client;

namespace BrokerServe.RabbitMq.Connecting;

/// <summary>Opens AMQP connections: tries one node after the other, each with a deadline.</summary>
internal sealed class BrokerDialer
{
    /// <summary>Largest frame that is agreed to: the broker's own default, 128 KiB.</summary>
    public const int FrameMax = 128 * 1024;

    // No broker takes a larger message (max_message_size is at most 512 MiB). With a smaller limit here the client library would end the
    // connection over a body that is legal to send, and again when it is redelivered.
    private const uint LargestBody = 512 * 1024 * 1024;

    private readonly BrokerAddress _address;
    private readonly string? _credentialsFile;
    private readonly TimeSpan _heartbeat;
    private readonly TimeSpan _limit;
    private readonly Func<string, SslClientAuthenticationOptions>? _tls;
    private int _turn = Random.Shared.Next(1024); // Processes that start together begin with different nodes.

    public BrokerDialer(BrokerAddress address, RabbitMqOptions options)
    {
        _address = address;
        _credentialsFile = options.CredentialsFile;
        _heartbeat = options.Heartbeat;
        _limit = options.OperationTimeout;
        _tls = address.Tls ? options.Tls.Read() : null;
    }

    /// <summary>Opens a connection to the first node that answers.</summary>
    /// <exception cref="BrokerException">None answered, or one refused the login.</exception>
    public async Task<DialedConnection> DialAsync(string connectionName, CancellationToken cancellationToken)
    {
        var first = (uint)Interlocked.Increment(ref _turn);
        for (var n = 0; ; n++)
        {
            var node = _address.Nodes[(int)((first + n) % _address.Nodes.Count)];
            try
            {
                return await DialNodeAsync(node, connectionName, cancellationToken).ConfigureAwait(false);
            }
            catch (BrokerException e) when (e.Fault == BrokerFault.Unreachable && n + 1 < _address.Nodes.Count)
            {
                // The next node may be well. Whoever refuses a login refuses it for the whole cluster.
            }
        }
    }

    private async Task<DialedConnection> DialNodeAsync(BrokerNode node, string connectionName, CancellationToken cancellationToken)
    {
        // A host with addresses of both families is tried with one socket after the other.
        var sockets = new List<BrokerSocket>(capacity: 2);
        var factory = Factory(node, Login(), family =>
        {
            var socket = new BrokerSocket(family, _tls?.Invoke(node.Host));
            lock (sockets)
            {
                sockets.Add(socket);
                return socket;
            }
        });

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_limit);
        try
        {
            var connecting = factory.CreateConnectionAsync(
                [new AmqpTcpEndpoint(node.Host, node.Port, new SslOption(), LargestBody)], connectionName, deadline.Token);

            // A handshake that hangs ends with its socket, whether or not the library heeds its token.
            using (deadline.Token.UnsafeRegister(static state => CutAll((List<BrokerSocket>)state!), sockets))
            {
                return new DialedConnection(await connecting.ConfigureAwait(false), sockets[^1], node);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            CutAll(sockets);
            cancellationToken.ThrowIfCancellationRequested();
            throw deadline.IsCancellationRequested
                ? new BrokerException(
                    BrokerFault.Unreachable, $"Connecting to {node} failed: it did not answer within {_limit.TotalSeconds:0.#} s.", e)
                : Refusals.OfConnecting(e, node.ToString());
        }
    }

    private BrokerLogin Login()
    {
        if (_credentialsFile is null)
        {
            return new BrokerLogin(_address.User, _address.Password);
        }

        return BrokerLogin.TryReadFile(_credentialsFile, out var login, out var problem)
            ? login
            : throw new BrokerException(BrokerFault.LoginRefused, problem);
    }

    private ConnectionFactory Factory(BrokerNode node, BrokerLogin login, Func<System.Net.Sockets.AddressFamily, ITcpClient> socketFactory) => new()
    {
        HostName = node.Host,
        Port = node.Port,
        UserName = login.User,
        Password = login.Password,
        VirtualHost = _address.VirtualHost,
        SocketFactory = socketFactory,
        RequestedHeartbeat = _heartbeat,
        RequestedFrameMax = FrameMax,
        MaxInboundMessageBodySize = LargestBody,
        RequestedConnectionTimeout = _limit,
        HandshakeContinuationTimeout = _limit,

        // Longer than every deadline of ours, so that ours decides: the library counts its own from before the call's turn came.
        ContinuationTimeout = _limit * 2,
        ConsumerDispatchConcurrency = 1,

        // Both lose consumers and settle stale deliveries in ways that a router cannot see; a supervisor connects anew instead.
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
    };

    private static void CutAll(List<BrokerSocket> sockets)
    {
        lock (sockets)
        {
            sockets.ForEach(socket => socket.Cut());
        }
    }
}
