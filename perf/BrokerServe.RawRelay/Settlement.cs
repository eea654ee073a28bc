using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BrokerServe.RawRelay;

/// <summary>Acknowledges requests once their replies are confirmed, with as few acks as can be: one for each run that is complete.</summary>
/// <remarks>
/// <see cref="Opened"/> and <see cref="Replying"/> are the relay's thread, confirms another. What the one writes the other reads only after
/// a message has gone to the broker and its confirm has come back.
/// </remarks>
internal sealed class Settlement
{
    private const int Taken = -1;

    private readonly IChannel _consuming;
    private readonly int _ring;
    private readonly ulong[] _tags; // By request.
    private readonly bool[] _confirmed; // By request.
    private readonly int[] _entries; // By publish: the request that was answered with it.
    private ulong _published;
    private ulong _confirmedUpTo; // By the last confirm of several.
    private long _acknowledged;

    public Settlement(IChannel consuming, IChannel replies, int ring)
    {
        _consuming = consuming;
        _ring = ring;
        _tags = new ulong[ring];
        _confirmed = new bool[ring];
        _entries = new int[ring];
        replies.BasicAcksAsync += OnConfirmAsync;
        replies.BasicNacksAsync += (_, _) => throw new InvalidOperationException("The broker refused a reply.");
    }

    /// <summary>A request has come. Numbers count from 1.</summary>
    public void Opened(long number, ulong deliveryTag) => Volatile.Write(ref _tags[number % _ring], deliveryTag);

    /// <summary>The next message on the channel of the replies answers this request.</summary>
    public void Replying(int entry) => Volatile.Write(ref _entries[++_published % (ulong)_ring], entry);

    private Task OnConfirmAsync(object sender, BasicAckEventArgs confirm)
    {
        // A confirm of several covers what was confirmed alone before, too; that is told by its entry, which was taken.
        for (var sequence = confirm.Multiple ? _confirmedUpTo + 1 : confirm.DeliveryTag; sequence <= confirm.DeliveryTag; sequence++)
        {
            ref var entry = ref _entries[sequence % (ulong)_ring];
            if (Volatile.Read(ref entry) is not Taken and var request)
            {
                _confirmed[request] = true;
                entry = Taken;
            }
        }

        if (confirm.Multiple)
        {
            _confirmedUpTo = confirm.DeliveryTag;
        }

        // As far as every request is answered: prefetch is larger than what is outstanding, so a gap costs nothing.
        var acknowledged = _acknowledged;
        while (_confirmed[(acknowledged + 1) % _ring])
        {
            acknowledged++;
            _confirmed[acknowledged % _ring] = false;
        }

        if (acknowledged == _acknowledged)
        {
            return Task.CompletedTask;
        }

        _acknowledged = acknowledged;
        var sent = _consuming.BasicAckAsync(Volatile.Read(ref _tags[acknowledged % _ring]), multiple: true);
        return sent.IsCompletedSuccessfully ? Task.CompletedTask : sent.AsTask();
    }
}
