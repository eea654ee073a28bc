using System.Threading.Channels;

namespace BrokerServe.Transport.Tests.Compliance;

/// <summary>Keeps what a consumer is given, and notices when it is given two things at once.</summary>
public sealed class Inbox : IDeliveryHandler
{
    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();
    private int _inside;
    private int _count;

    /// <summary>True once two deliveries overlapped.</summary>
    public bool Overlapped { get; private set; }

    /// <summary>How many deliveries came so far, taken or not.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public void OnDelivery(in Delivery delivery)
    {
        if (Interlocked.Increment(ref _inside) != 1)
        {
            Overlapped = true;
        }

        Interlocked.Increment(ref _count);
        _received.Writer.TryWrite(new Received(
            delivery.Tag, delivery.Redelivered, delivery.Exchange, delivery.RoutingKey, delivery.Properties, delivery.Body.ToArray())
        {
            Offset = delivery.Offset,
        });
        Interlocked.Decrement(ref _inside);
    }

    /// <summary>The next delivery.</summary>
    public Task<Received> NextAsync() => Patience.ForAsync(_received.Reader.ReadAsync().AsTask(), $"delivery (after {Count})");

    /// <summary>The next deliveries.</summary>
    public async Task<List<Received>> TakeAsync(int count)
    {
        var taken = new List<Received>();
        while (taken.Count < count)
        {
            taken.Add(await NextAsync());
        }

        return taken;
    }

    /// <summary>The texts of the next deliveries.</summary>
    public async Task<string[]> TextsAsync(int count) => (await TakeAsync(count)).Select(received => received.Text).ToArray();
}
