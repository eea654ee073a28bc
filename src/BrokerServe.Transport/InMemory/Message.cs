using System.Buffers;
using System.Diagnostics;
using System.Numerics;

namespace BrokerServe.Transport.InMemory;

/// <summary>A published message: one copy of the body, however many queues hold it. Pooled; goes back when the last holder lets go.</summary>
/// <remarks>Holders are the queues, a delivery in progress, and the publisher until it has put the message everywhere.</remarks>
internal sealed class Message(MessagePool pool)
{
    // A small body lives in an array that stays with the message: the shared pool keeps too few arrays for a queue's worth of them.
    private const int MaxKeptBytes = 1024;
    private const int MinKeptBytes = 64;

    private byte[] _kept = [];
    private byte[]? _rented;
    private int _length;
    private int _holders;
    private MessageProperties _properties;

    /// <summary>Where it was published.</summary>
    public string Exchange { get; private set; } = "";

    /// <summary>Under which key.</summary>
    public string RoutingKey { get; private set; } = "";

    /// <summary>Its properties, with the expiration in the broker's range.</summary>
    public ref readonly MessageProperties Properties => ref _properties;

    /// <summary>Its body; for holders only.</summary>
    public ReadOnlySpan<byte> Body => new(_rented ?? _kept, 0, _length);

    /// <summary>What it is charged for in the <see cref="MemoryBudget"/>.</summary>
    public int Cost { get; private set; }

    /// <summary>What a message would be charged for.</summary>
    public static int CostOf(in OutboundMessage message)
    {
        // The object, its properties and its places in queue and consumer take about 400 bytes; strings count as a part of it.
        const int Overhead = 512;
        return Overhead + message.Body.Length + (message.Properties.Headers?.EncodedBytes ?? 0);
    }

    /// <summary>Takes over what is to be published, with all the holders that it begins with.</summary>
    public void Fill(in OutboundMessage message, int cost, int holders)
    {
        Debug.Assert(_holders == 0, "A message in use was filled again.");
        Exchange = message.Exchange;
        RoutingKey = message.RoutingKey;
        _properties = message.Properties;
        if (_properties.ExpirationMs is { } expiration and (< 0 or > MessageProperties.MaxExpirationMs))
        {
            _properties = _properties with { ExpirationMs = Math.Clamp(expiration, 0, MessageProperties.MaxExpirationMs) };
        }

        Cost = cost;
        Copy(message.Body.Span);
        _holders = holders;
    }

    /// <summary>Adds a holder; only a holder may.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>Lets go; the last one gives the message back.</summary>
    public void LetGo(int fewer = 1)
    {
        var left = Interlocked.Add(ref _holders, -fewer);
        Debug.Assert(left >= 0, "A message was let go twice.");
        if (left == 0)
        {
            pool.Return(this);
        }
    }

    /// <summary>Forgets everything, so that a pooled message keeps nothing of others alive.</summary>
    public void Clear()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }

        (Exchange, RoutingKey, _properties, _length) = ("", "", default, 0);
    }

    private void Copy(ReadOnlySpan<byte> body)
    {
        _length = body.Length;
        if (body.Length > MaxKeptBytes)
        {
            _rented = ArrayPool<byte>.Shared.Rent(body.Length);
            body.CopyTo(_rented);
            return;
        }

        if (body.Length > _kept.Length)
        {
            _kept = new byte[Math.Max(MinKeptBytes, (int)BitOperations.RoundUpToPowerOf2((uint)body.Length))];
        }

        body.CopyTo(_kept);
    }
}
