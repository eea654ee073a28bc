using System.Net.Sockets;
using System.Text;

namespace BrokerServe.Faults.Tests.Network;

/// <summary>One connection through a <see cref="FrameProxy"/>.</summary>
internal sealed class FrameLink(FrameProxy proxy, Socket client, Socket broker)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _deafToBroker;
    private volatile bool _deafToClient;

    /// <summary>What the party calls it; empty until it has said so.</summary>
    public string Name { get; private set; } = "";

    public async Task RunAsync()
    {
        client.NoDelay = broker.NoDelay = true;
        await Task.WhenAll(PumpAsync(client, broker, fromClient: true), PumpAsync(broker, client, fromClient: false));
        client.Dispose();
        broker.Dispose();
    }

    /// <summary>Both sides get a reset.</summary>
    public void Cut()
    {
        foreach (var socket in (Socket[])[client, broker])
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

        _ended.TrySetResult();
    }

    /// <summary>What arrives is taken and goes nowhere, and nobody is told.</summary>
    public void Swallow(bool toBroker, bool fromBroker)
    {
        _deafToClient |= toBroker;
        _deafToBroker |= fromBroker;
    }

    private async Task PumpAsync(Socket from, Socket to, bool fromClient)
    {
        var cutter = new FrameCutter(fromClient);
        var methods = new Dictionary<int, Frame>(); // The last of each channel.
        var tomorrow = new Tomorrow(proxy);
        var buffer = new byte[64 * 1024];
        using var passed = new MemoryStream(); // What goes on together, as it came together: as few writes as without a proxy.
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
            {
                foreach (var frame in cutter.Take(buffer.AsMemory(0, read)).SelectMany(frame => fromClient ? tomorrow.Pass(frame) : [frame]))
                {
                    Note(frame, methods);
                    if (proxy.MayHoldUp(frame))
                    {
                        await SendAsync(to, passed, fromClient);
                        await HoldUpAsync(frame);
                    }

                    passed.Write(frame.Bytes.Span);
                }

                await SendAsync(to, passed, fromClient);
            }

            if (!(fromClient ? _deafToClient : _deafToBroker))
            {
                to.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side is gone. The other hears of it, unless nothing gets through.
            if (!(_deafToBroker || _deafToClient))
            {
                Cut();
            }
        }
    }

    private async Task SendAsync(Socket to, MemoryStream passed, bool fromClient)
    {
        var bytes = passed.GetBuffer().AsMemory(0, (int)passed.Length);
        passed.SetLength(0);
        while (bytes.Length > 0 && !(fromClient ? _deafToClient : _deafToBroker))
        {
            bytes = bytes[await to.SendAsync(bytes)..];
        }
    }

    private void Note(Frame frame, Dictionary<int, Frame> methods)
    {
        if (Name.Length == 0 && frame.FromClient)
        {
            Name = FindName(frame);
        }

        if (frame.Method.Length > 0)
        {
            methods[frame.Channel] = frame;
            proxy.NoteClose(this, frame);
        }
        else if (frame.IsHeader && methods.TryGetValue(frame.Channel, out var method))
        {
            proxy.Log?.Note(this, method, frame);
        }
    }

    private async Task HoldUpAsync(Frame frame)
    {
        if (proxy.Trap is { } trap)
        {
            await Task.WhenAny(trap.PassAsync(frame), _ended.Task);
        }

        var holdUp = proxy.Weather[frame.FromClient].HoldUp(frame.Bytes.Length);
        if (holdUp > TimeSpan.Zero)
        {
            await Task.WhenAny(Task.Delay(holdUp), _ended.Task);
        }
    }

    // connection.start-ok has it among the client's properties, as a long string.
    private static string FindName(Frame frame)
    {
        var bytes = frame.Bytes.Span;
        ReadOnlySpan<byte> key = "connection_name"u8;
        var at = bytes.IndexOf(key);
        return at < 0 ? "" : Encoding.UTF8.GetString(bytes.Slice(at + key.Length + 5, bytes[at + key.Length + 4]));
    }
}
