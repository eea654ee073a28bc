using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BrokerServe.RawRelay;

/// <summary>Counts what a producer has published and what of it the broker has confirmed.</summary>
/// <remarks><see cref="Published"/> is the publishing thread, confirms another.</remarks>
internal sealed class Confirms
{
    private readonly HashSet<ulong> _ahead = [];
    private ulong _published;
    private ulong _confirmed; // All up to _upTo, and those in _ahead.
    private ulong _upTo;

    public Confirms(IChannel channel)
    {
        channel.BasicAcksAsync += OnConfirmAsync;
    }

    /// <summary>A message is published; a refused one is never confirmed.</summary>
    public void Published() => Volatile.Write(ref _published, _published + 1);

    /// <summary>Waits a while for what is not confirmed yet: the last confirms may be behind the last replies.</summary>
    /// <returns>How many are missing then.</returns>
    public async Task<long> WaitAsync()
    {
        for (var attempt = 0; Missing > 0 && attempt < 100; attempt++)
        {
            await Task.Delay(20);
        }

        return Missing;
    }

    private long Missing => (long)(Volatile.Read(ref _published) - Volatile.Read(ref _confirmed));

    private Task OnConfirmAsync(object sender, BasicAckEventArgs confirm)
    {
        // A confirm of several covers what was confirmed alone before, too: those are counted in _ahead until then.
        if (confirm.Multiple)
        {
            _ahead.RemoveWhere(sequence => sequence <= confirm.DeliveryTag);
            _upTo = confirm.DeliveryTag;
        }
        else
        {
            _ahead.Add(confirm.DeliveryTag);
        }

        while (_ahead.Remove(_upTo + 1))
        {
            _upTo++;
        }

        Volatile.Write(ref _confirmed, _upTo + (ulong)_ahead.Count);
        return Task.CompletedTask;
    }
}
