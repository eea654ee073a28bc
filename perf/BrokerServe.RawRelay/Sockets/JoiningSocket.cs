using System.Net.Sockets;
using RabbitMQ.Client;

namespace BrokerServe.RawRelay.Sockets;

/// <summary>The library's socket with a stream that joins what it writes.</summary>
internal sealed class JoiningSocket(AddressFamily family)
    : TcpClientAdapter(new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })
{
    public override NetworkStream GetStream() => new JoiningStream(Client);
}
