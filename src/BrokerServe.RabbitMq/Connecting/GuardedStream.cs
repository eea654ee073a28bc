using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace BrokerServe.RabbitMq.Connecting;

/// <summary>Reads ahead, and hands the client library no content header that could end the process or the connection.</summary>
/// <remarks>
/// The library reads headers on the connection's own loop: 26,000 arrays nested in each other, which fit in one frame, overflow its stack and
/// end the process, and one decimal with a scale of 200 ends the connection (measured with 7.2.2 and RabbitMQ 3.10.8). The broker would then
/// deliver the same message again. So header frames are looked at by <see cref="HeaderFrame"/> before the library gets them.
/// One reader; writes pass straight through.
/// </remarks>
internal sealed class GuardedStream : NetworkStream
{
    private const int FrameHeaderBytes = 7; // Type, channel (2), payload size (4); after the payload comes one more byte.
    private const byte ContentHeader = 2;

    // The library asks for 4 KiB at a time; one system call for 64 KiB serves it sixteen times.
    private const int ReadAheadBytes = 64 * 1024;

    private readonly Stream _inner;
    private byte[] _buffer = new byte[ReadAheadBytes];
    private int _start; // _start <= _checked <= _end, always: what may be handed out, and what was read.
    private int _checked;
    private int _end;
    private long _passing; // What is still to come of a frame that needs no look.

    public GuardedStream(Socket socket, Stream inner)
        : base(socket) => _inner = inner;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // Its one reader awaits each once, so a read allocates nothing.
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_checked == _start)
        {
            MakeRoom();
            var read = await _inner.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return 0;
            }

            _end += read;
            Check();
        }

        var count = Math.Min(buffer.Length, _checked - _start);
        _buffer.AsSpan(_start, count).CopyTo(buffer.Span);
        _start += count;
        return count;
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _inner.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The guard reads asynchronously only.");

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => throw new NotSupportedException("The guard reads asynchronously only.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    // Everything before _start was handed out; what is left is at most one unfinished header frame.
    private void MakeRoom()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _checked = _start = 0;
    }

    private void Check()
    {
        while (_checked < _end)
        {
            if (_passing > 0)
            {
                var passed = (int)Math.Min(_passing, _end - _checked);
                _passing -= passed;
                _checked += passed;
                continue;
            }

            var unread = _buffer.AsSpan(_checked, _end - _checked);
            if (unread.Length < FrameHeaderBytes)
            {
                return;
            }

            var frame = FrameHeaderBytes + (long)BinaryPrimitives.ReadUInt32BigEndian(unread[3..]) + 1;
            if (unread[0] != ContentHeader)
            {
                _passing = frame;
            }
            else if (frame > BrokerDialer.FrameMax)
            {
                throw new IOException($"The broker sent a content header of {frame} bytes, more than the {BrokerDialer.FrameMax} agreed upon.");
            }
            else if (frame <= unread.Length)
            {
                HeaderFrame.Tame(unread[FrameHeaderBytes..((int)frame - 1)]);
                _checked += (int)frame;
            }
            else
            {
                Grow((int)frame);
                return;
            }
        }
    }

    private void Grow(int frame)
    {
        if (_buffer.Length < frame)
        {
            Array.Resize(ref _buffer, BrokerDialer.FrameMax);
        }
    }
}
