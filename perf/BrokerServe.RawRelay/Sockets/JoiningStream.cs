using System.Net.Sockets;

namespace BrokerServe.RawRelay.Sockets;

/// <summary>Collects what is written until a thread of the pool gets to send it, all at once: the library writes each frame of its own.</summary>
/// <remarks>One writer at a time, as the library is. Nothing waits on a clock: the sender runs as soon as the pool has a thread.</remarks>
internal sealed class JoiningStream(Socket socket) : NetworkStream(socket), IThreadPoolWorkItem
{
    /// <summary>What may wait to be sent; beyond it the writer waits. Four times what a socket's buffer takes by default.</summary>
    private const int MaxWaiting = 256 * 1024;

    private readonly Lock _lock = new();
    private byte[] _waiting = new byte[MaxWaiting];
    private byte[] _sending = new byte[MaxWaiting];
    private int _length;
    private bool _scheduled;
    private Exception? _failure;
    private TaskCompletionSource? _room;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!TryAppend(buffer.Span, out var taken, out var room))
        {
            buffer = buffer[taken..];
            await room.WaitAsync(cancellationToken);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            while (Take() is { IsEmpty: false } bytes)
            {
                // A socket without room makes this thread wait, as it would make the library's own.
                for (var sent = 0; sent < bytes.Length;)
                {
                    sent += Socket.Send(bytes.Span[sent..]);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            lock (_lock)
            {
                _failure = exception;
                _room?.TrySetResult();
            }
        }
    }

    private bool TryAppend(ReadOnlySpan<byte> bytes, out int taken, out Task room)
    {
        lock (_lock)
        {
            if (_failure is { } failure)
            {
                throw new IOException("The socket is closed.", failure);
            }

            taken = Math.Min(bytes.Length, MaxWaiting - _length);
            bytes[..taken].CopyTo(_waiting.AsSpan(_length));
            _length += taken;
            if (!_scheduled)
            {
                _scheduled = true;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            if (taken == bytes.Length)
            {
                room = Task.CompletedTask;
                return true;
            }

            _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            room = _room.Task;
            return false;
        }
    }

    /// <summary>What is to be sent; nothing when the sender may end.</summary>
    private Memory<byte> Take()
    {
        lock (_lock)
        {
            (_waiting, _sending) = (_sending, _waiting);
            var bytes = _sending.AsMemory(0, _length);
            _scheduled = _length > 0;
            _length = 0;
            _room?.TrySetResult();
            _room = null;
            return bytes;
        }
    }
}
