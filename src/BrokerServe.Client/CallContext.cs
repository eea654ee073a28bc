using BrokerServe.Client.Calls;
using BrokerServe.Protocol;
using BrokerServe.Transport.Buffers;
using MessagePack;

namespace BrokerServe.Client;

/// <summary>One call of the application on its way through the middleware: what it asks for, and how.</summary>
/// <remarks>
/// Lives until the outermost middleware has returned; then its payload is somebody else's memory, and it can be passed on no more. Any thread
/// may read it, also several attempts at once.
/// </remarks>
public sealed class CallContext
{
    private readonly Lock _lock = new();
    private readonly string _messageId;
    private readonly bool _isTyped;
    private readonly ClientClock _clock;
    private readonly long _deadlineMs;
    private readonly MessagePackSerializerOptions _serializer;
    private PooledBytes _payload;
    private InvokeOptions _options;
    private bool _isOver;

    internal CallContext(
        string endpoint, PooledBytes payload, object? request, bool isTyped, InvokeOptions options, bool isOneWay, string messageId,
        ClientClock clock, BrokerServeClientOptions client)
    {
        Endpoint = endpoint;
        Request = request;
        IsOneWay = isOneWay;
        _payload = payload;
        _isTyped = isTyped;
        _options = options;
        _messageId = messageId;
        _clock = clock;
        _serializer = client.Serializer;
        var timeout = options.Timeout ?? client.DefaultTimeout;
        HadTime = timeout > TimeSpan.Zero;
        _deadlineMs = clock.NowMs + Math.Max(1, (long)timeout.TotalMilliseconds);
    }

    /// <summary>The endpoint that is called.</summary>
    public string Endpoint { get; }

    /// <summary>
    /// How it is called. To change it, take a changed copy: <c>call.Options = call.Options with { ... }</c>. It holds for what is passed on
    /// from then on.
    /// </summary>
    /// <value>What the caller gave, or the defaults. What it may hold is checked when the call is passed on, and ends as <c>bad_request</c>.</value>
    /// <exception cref="ArgumentNullException">It is set to null.</exception>
    public InvokeOptions Options
    {
        get => _options;
        set => _options = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Nobody replies: <c>SendAsync</c> or <c>SendRawAsync</c>.</summary>
    public bool IsOneWay { get; }

    /// <summary>The value that the caller gave; null for a raw call, which has bytes only.</summary>
    public object? Request { get; }

    /// <summary>The bytes that are sent. Lent until the outermost middleware has returned: to keep them, copy them.</summary>
    public ReadOnlyMemory<byte> Payload => _payload.Memory;

    /// <summary>What the payload is; null: not said.</summary>
    public string? ContentType => _isTyped ? ContentTypes.MessagePack : _options.ContentType;

    /// <summary>Names the work, the same for each time that the call is passed on: the caller's own id, or one that is unique.</summary>
    public string MessageId => _options.MessageId ?? _messageId;

    /// <summary>
    /// How long the caller still waits, by the timeout that it gave itself; zero when that has run out. What is passed on gets no more than
    /// this, whatever <see cref="Options"/> say, so that no number of attempts makes a call longer than its caller wanted.
    /// </summary>
    public TimeSpan TimeLeft => TimeSpan.FromMilliseconds(Math.Max(0, _deadlineMs - _clock.NowMs));

    /// <summary>Writes a value as the client's typed callers read it, to answer in the handler's place.</summary>
    /// <exception cref="MessagePackSerializationException">The value cannot be written.</exception>
    public RawReply Reply<T>(T value) =>
        new(MessagePackSerializer.Serialize(value, _serializer), ContentTypes.MessagePack, Backend: null, Replica: null, Attempts: 0);

    /// <summary>The caller gave the call any time at all; if not, that is what is wrong with it.</summary>
    internal bool HadTime { get; }

    /// <summary>A copy of the payload for one attempt, whose slot gives it back.</summary>
    /// <exception cref="InvalidOperationException">The call is over.</exception>
    internal PooledBytes CopyPayload()
    {
        lock (_lock)
        {
            return _isOver
                ? throw new InvalidOperationException($"The call to '{Endpoint}' is over; a middleware passed it on after it had returned.")
                : PooledBytes.CopyOf(_payload.Span);
        }
    }

    /// <summary>The outermost middleware has returned.</summary>
    internal void End()
    {
        lock (_lock)
        {
            _isOver = true;
            _payload.Return();
            _payload = default;
        }
    }
}
