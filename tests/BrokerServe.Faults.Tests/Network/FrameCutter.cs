using System.Buffers.Binary;

namespace BrokerServe.Faults.Tests.Network;

/// <summary>Cuts what comes from a socket into frames.</summary>
internal sealed class FrameCutter(bool fromClient)
{
    // "AMQP" and a version: what a client says before its first frame.
    private const int GreetingBytes = 8;
    private const int AroundPayload = 8;

    private byte[] _rest = [];
    private bool _greeted = !fromClient;

    /// <summary>Takes more bytes; returns what is whole with them. The client's greeting comes as a frame that is none.</summary>
    public IEnumerable<Frame> Take(ReadOnlyMemory<byte> bytes)
    {
        byte[] all = [.. _rest, .. bytes.Span];
        var at = 0;
        while (LengthOf(all.AsSpan(at)) is { } length && at + length <= all.Length)
        {
            _greeted = true;
            yield return new Frame(fromClient, all.AsMemory(at, length));
            at += length;
        }

        _rest = all[at..];
    }

    private int? LengthOf(ReadOnlySpan<byte> bytes) =>
        !_greeted ? GreetingBytes
        : bytes.Length < 7 ? null
        : BinaryPrimitives.ReadInt32BigEndian(bytes[3..]) + AroundPayload;
}
