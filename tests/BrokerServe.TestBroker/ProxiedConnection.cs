using System.Net.Sockets;

namespace BrokerServe.TestBroker;

/// <summary>One connection through a <see cref="TcpProxy"/>.</summary>
internal sealed class ProxiedConnection
{
    private readonly Socket _client;
    private readonly Socket _broker;
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ProxiedConnection(Socket client, Socket broker, Func<bool> isFrozen)
    {
        client.NoDelay = broker.NoDelay = true;
        _client = client;
        _broker = broker;
        Pumping = Task.WhenAll(PumpAsync(client, broker, isFrozen), PumpAsync(broker, client, isFrozen));
    }

    public Task Pumping { get; }

    public void Cut()
    {
        _cut.TrySetResult();
        foreach (var socket in (Socket[])[_client, _broker])
        {
            try
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It had ended already.
            }

            socket.Dispose();
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Func<bool> isFrozen)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var read = await from.ReceiveAsync(buffer);
                if (isFrozen())
                {
                    await _cut.Task;
                    return;
                }

                if (read == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side is gone: so is the other.
            from.Dispose();
            to.Dispose();
        }
    }
}
