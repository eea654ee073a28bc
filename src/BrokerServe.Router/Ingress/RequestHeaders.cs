using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Routing;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Ingress;

/// <summary>What the headers of one request after the other say: the router's own are understood, those that travel on are gathered.</summary>
/// <remarks>For one request at a time; allocates nothing once it has seen the largest. Of a name that stands there twice the first counts.</remarks>
internal sealed class RequestHeaders
{
    // W3C trace context: 55 characters today; tracestate of up to 512 must be propagated, longer ones may be dropped.
    private const int MaxTraceParentBytes = 128;
    private const int MaxTraceStateBytes = 512;

    private readonly MetadataWriter _metadata = new();
    private byte[] _name = new byte[64];
    private byte[] _text = new byte[256];
    private ShortText _shardKey;
    private ShortText _traceParent;
    private ShortText _traceState;
    private bool _hasTraceParent;
    private bool _hasTraceState;
    private FrameHeaderKind? _deadlineKind;
    private FrameHeaderKind? _priorityKind;
    private FrameHeaderKind? _shardKeyKind;
    private FrameHeaderKind? _framesKind;
    private long _deadline;
    private long _priority;
    private long _frames;

    /// <summary>What travels on.</summary>
    public MetadataWriter Metadata => _metadata;

    public bool HasDeadline => _deadlineKind is not null;

    /// <summary>Milliseconds since 1970-01-01 UTC, as said; 0 when not said.</summary>
    public long DeadlineUnixMs => _deadline;

    /// <summary>0 to 9; 0 when not said.</summary>
    public int Priority => (int)_priority;

    /// <summary>Whether a shard key was said. An empty key is a key.</summary>
    public bool HasShardKey => _shardKeyKind is not null;

    public ReadOnlySpan<byte> ShardKey => _shardKey.Utf8;

    /// <summary>The producer wants to know whether the endpoint takes frames.</summary>
    public bool AskForFrames => _frames != 0;

    /// <summary>Empty when not said, or not short enough to be one.</summary>
    public ReadOnlySpan<byte> TraceParent => _traceParent.Utf8;

    public ReadOnlySpan<byte> TraceState => _traceState.Utf8;

    /// <summary>Reads the headers of a request.</summary>
    /// <param name="arrival">The request; its headers are within <see cref="MetadataLimits.MaxHeaderBytes"/>.</param>
    /// <param name="forwarded">Which travel on.</param>
    /// <returns>What is wrong with them, or null.</returns>
    public ErrorBody? Read(in Arrival arrival, HeaderFilter forwarded)
    {
        Clear();
        if (arrival.Table is { } table)
        {
            foreach (var (name, value) in table.AsSpan())
            {
                var kind = KindOf(value.Kind);
                Take(Utf8(name, ref _name), kind, kind == FrameHeaderKind.Text ? Utf8(value.Text, ref _text) : default, NumberOf(value), forwarded);
            }
        }
        else
        {
            var reader = new FrameHeaderReader(arrival.Headers);
            while (reader.TryRead(out var header))
            {
                Take(header.Name, header.Kind, header.Text, header.Number, forwarded);
            }
        }

        return Check();
    }

    private static FrameHeaderKind KindOf(HeaderKind kind) => kind switch
    {
        HeaderKind.Text => FrameHeaderKind.Text,
        HeaderKind.Integer => FrameHeaderKind.Integer,
        HeaderKind.Boolean => FrameHeaderKind.Boolean,
        _ => FrameHeaderKind.Unsupported,
    };

    private static long NumberOf(in HeaderValue value) => value.Kind switch
    {
        HeaderKind.Integer => value.Integer,
        HeaderKind.Boolean => value.Boolean ? 1 : 0,
        _ => 0,
    };

    private static ReadOnlySpan<byte> Utf8(string text, ref byte[] buffer)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (buffer.Length < most)
        {
            buffer = new byte[most];
        }

        return buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer));
    }

    private void Clear()
    {
        _metadata.Clear();
        _shardKey.Clear();
        _traceParent.Clear();
        _traceState.Clear();
        _hasTraceParent = _hasTraceState = false;
        _deadlineKind = _priorityKind = _shardKeyKind = _framesKind = null;
        _deadline = _priority = _frames = 0;
    }

    private void Take(ReadOnlySpan<byte> name, FrameHeaderKind kind, ReadOnlySpan<byte> text, long number, HeaderFilter forwarded)
    {
        if (!HeaderFilter.IsOwn(name))
        {
            Forward(name, kind, text, number, forwarded);
        }
        else if (name.SequenceEqual(HeaderNames.DeadlineUtf8))
        {
            TakeNumber(ref _deadlineKind, ref _deadline, kind, number);
        }
        else if (name.SequenceEqual(HeaderNames.PriorityUtf8))
        {
            TakeNumber(ref _priorityKind, ref _priority, kind, number);
        }
        else if (name.SequenceEqual(HeaderNames.ShardKeyUtf8))
        {
            TakeShardKey(kind, text);
        }
        else if (name.SequenceEqual(HeaderNames.FramesUtf8))
        {
            TakeNumber(ref _framesKind, ref _frames, kind, number);
        }
        else if (name.SequenceEqual(HeaderNames.TraceParentUtf8))
        {
            TakeShort(ref _traceParent, ref _hasTraceParent, kind, text, MaxTraceParentBytes);
        }
        else if (name.SequenceEqual(HeaderNames.TraceStateUtf8))
        {
            TakeShort(ref _traceState, ref _hasTraceState, kind, text, MaxTraceStateBytes);
        }
    }

    private static void TakeNumber(ref FrameHeaderKind? said, ref long value, FrameHeaderKind kind, long number)
    {
        if (said is null)
        {
            (said, value) = (kind, number);
        }
    }

    private void TakeShardKey(FrameHeaderKind kind, ReadOnlySpan<byte> text)
    {
        if (_shardKeyKind is null)
        {
            _shardKeyKind = kind;
            _shardKey.Set(text);
        }
    }

    private static void TakeShort(ref ShortText into, ref bool said, FrameHeaderKind kind, ReadOnlySpan<byte> text, int maxBytes)
    {
        if (!said && kind == FrameHeaderKind.Text && text.Length <= maxBytes)
        {
            into.Set(text);
        }

        said = true;
    }

    private void Forward(ReadOnlySpan<byte> name, FrameHeaderKind kind, ReadOnlySpan<byte> text, long number, HeaderFilter forwarded)
    {
        if (kind == FrameHeaderKind.Unsupported || name.Length > BrokerLimits.MaxShortStringBytes || !forwarded.Forwards(name))
        {
            return;
        }

        switch (kind)
        {
            case FrameHeaderKind.Text:
                _metadata.Add(name, text);
                break;
            case FrameHeaderKind.Boolean:
                _metadata.Add(name, number != 0 ? "true"u8 : "false"u8);
                break;
            default:
                _metadata.Add(name, number);
                break;
        }
    }

    private ErrorBody? Check()
    {
        if (_priorityKind is { } priority && (priority != FrameHeaderKind.Integer || _priority is < 0 or >= EndpointBacklog.Priorities))
        {
            return RouterErrors.BadRequest($"{HeaderNames.Priority} must be a whole number from 0 to {EndpointBacklog.Priorities - 1}.");
        }

        if (_deadlineKind is { } deadline && deadline != FrameHeaderKind.Integer)
        {
            return RouterErrors.BadRequest($"{HeaderNames.Deadline} must be a whole number: milliseconds since 1970-01-01 UTC.");
        }

        if (_framesKind is { } frames && frames != FrameHeaderKind.Boolean)
        {
            return RouterErrors.BadRequest($"{HeaderNames.Frames} must be true or false.");
        }

        return _shardKeyKind is { } shardKey && shardKey != FrameHeaderKind.Text
            ? RouterErrors.BadRequest($"{HeaderNames.ShardKey} must be text.")
            : null;
    }
}
