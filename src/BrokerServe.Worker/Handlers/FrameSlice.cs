namespace BrokerServe.Worker.Handlers;

/// <summary>A part of a frame that the garbage collector keeps: where a span points that must outlive the turn.</summary>
internal readonly struct FrameSlice
{
    private readonly int _offset;
    private readonly int _length;

    public FrameSlice(byte[] frame, ReadOnlySpan<byte> part)
    {
        // What is empty points nowhere, and stays at 0.
        if (frame.AsSpan().Overlaps(part, out var offset))
        {
            _offset = offset;
            _length = part.Length;
        }
    }

    public ReadOnlyMemory<byte> Of(byte[] frame) => new(frame, _offset, _length);
}
