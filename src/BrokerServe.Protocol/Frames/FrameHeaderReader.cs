using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>Reads the headers of one request of a frame. Allocates nothing, never throws.</summary>
/// <remarks>Everything that is read points into the frame's bytes and lives as long as they do.</remarks>
public ref struct FrameHeaderReader
{
    private PackReader _reader;
    private int _remaining;

    /// <summary>Reads from the beginning.</summary>
    /// <param name="headers">What <see cref="RequestView.Headers"/> lent: checked when the request was read.</param>
    public FrameHeaderReader(ReadOnlySpan<byte> headers)
    {
        _reader = new PackReader(headers);
        _remaining = !headers.IsEmpty && _reader.TryReadMapHeader(out var count) ? count : 0;
    }

    /// <summary>Reads the next header that is said; false at the end.</summary>
    public bool TryRead(out FrameHeader header)
    {
        header = default;
        while (_remaining > 0 && _reader.TryReadText(out var name))
        {
            _remaining--;
            if (!_reader.TryReadNil()) // As in every map, a value of nil is as good as no pair.
            {
                return TryReadValue(name, out header);
            }
        }

        return false;
    }

    /// <summary>Checks a map of headers, or nil, and lends its bytes; nil and an empty map come out empty.</summary>
    internal static bool TryCheck(scoped ref PackReader reader, out ReadOnlySpan<byte> headers)
    {
        headers = default;
        if (reader.TryReadNil())
        {
            return true;
        }

        var whole = reader.Rest;
        if (!reader.TryReadMapHeader(out var count))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            // Text is looked at, for the second reading believes it to be sound; whatever else stands there is only passed over.
            if (!reader.TryReadText(out _) || !(reader.IsTextNext ? reader.TryReadText(out _) : reader.TrySkip()))
            {
                return false;
            }
        }

        headers = count == 0 ? default : whole[..^reader.Rest.Length];
        return true;
    }

    private bool TryReadValue(ReadOnlySpan<byte> name, out FrameHeader header)
    {
        var value = _reader; // For a second attempt: a number beyond 64 bits with a sign is read, and then refused.
        if (_reader.IsTextNext)
        {
            header = new FrameHeader { Name = name, Kind = FrameHeaderKind.Text, Text = _reader.TryReadText(out var text) ? text : default };
        }
        else if (_reader.TryReadBoolean(out bool isTrue))
        {
            header = new FrameHeader { Name = name, Kind = FrameHeaderKind.Boolean, Number = isTrue ? 1 : 0 };
        }
        else if (_reader.TryReadInt64(out var number))
        {
            header = new FrameHeader { Name = name, Kind = FrameHeaderKind.Integer, Number = number };
        }
        else
        {
            header = new FrameHeader { Name = name, Kind = FrameHeaderKind.Unsupported };
            _reader = value;
            return _reader.TrySkip();
        }

        return true;
    }
}
