namespace BrokerServe.Protocol.Pack;

/// <summary>Passing over what this version does not know.</summary>
internal ref partial struct PackReader
{
    /// <summary>How deep a value that is skipped may nest: far more than any message of ours (5), far less than a stack can bear.</summary>
    public const int MaxDepth = 32;

    /// <summary>Passes over one value of any type, with all that it holds, <see cref="MaxDepth"/> levels deep at most.</summary>
    public bool TrySkip() => TrySkipNested(MaxDepth);

    /// <summary>Passes over that many values, such as fields that a later version added.</summary>
    public bool TrySkip(int count)
    {
        for (; count > 0; count--)
        {
            if (!TrySkip())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Passes over that many values, after which there must be nothing more.</summary>
    public bool TryEnd(int unknownFields) => TrySkip(unknownFields) && IsAtEnd;

    private bool TrySkipNested(int depth)
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        switch (_rest[0])
        {
            case <= PackCode.MaxPositiveFixInt or >= PackCode.MinNegativeFixInt:
            case PackCode.Nil or PackCode.False or PackCode.True:
                _rest = _rest[1..];
                return true;
            case < PackCode.FixArray or PackCode.Map16 or PackCode.Map32:
                return TryReadMapHeader(out var pairs) && TrySkipElements(2L * pairs, depth);
            case < PackCode.FixText or PackCode.Array16 or PackCode.Array32:
                return TryReadArrayHeader(out var elements) && TrySkipElements(elements, depth);
            case < PackCode.Nil or (>= PackCode.Text8 and <= PackCode.Text32) or (>= PackCode.Binary8 and <= PackCode.Binary32):
                return TryReadBinary(out _);
            case >= PackCode.Extension8 and <= PackCode.Extension32:
                var lengthBytes = 1 << (_rest[0] - PackCode.Extension8);
                return TryReadNumber(lengthBytes, out var length) && TryTake(length + 1, out _); // The type is one byte more.
            case >= PackCode.FixExtension1 and <= PackCode.FixExtension16:
                return TryTake(2 + (1ul << (_rest[0] - PackCode.FixExtension1)), out _);
            case PackCode.Float32:
                return TryTake(1 + sizeof(float), out _);
            case PackCode.Float64:
                return TryTake(1 + sizeof(double), out _);
            case PackCode.NeverUsed:
                return false;
            default:
                return TryReadInteger(out _, out _);
        }
    }

    private bool TrySkipElements(long count, int depth)
    {
        if (depth == 0)
        {
            return false;
        }

        for (; count > 0; count--)
        {
            if (!TrySkipNested(depth - 1))
            {
                return false;
            }
        }

        return true;
    }
}
