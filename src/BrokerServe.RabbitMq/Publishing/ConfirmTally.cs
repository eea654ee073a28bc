namespace BrokerServe.RabbitMq.Publishing;

/// <summary>Which messages of a channel the broker has answered for, with yes or no.</summary>
/// <remarks>For the connection's reading thread; <see cref="Through"/> is for any.</remarks>
internal sealed class ConfirmTally
{
    private readonly HashSet<ulong> _ahead = []; // Answered before a lower number was; few, as brokers answer about in order.
    private ulong _through;

    /// <summary>Every message up to this number is answered for; 0 while the first is not.</summary>
    public ulong Through => Volatile.Read(ref _through);

    /// <summary>Whether a message is answered for.</summary>
    public bool Has(ulong number) => number <= _through || _ahead.Contains(number);

    /// <summary>Notes an answer for a message; with <paramref name="multiple"/> for every one up to it.</summary>
    public void Add(ulong number, bool multiple)
    {
        if (number <= _through)
        {
            return;
        }

        var through = _through;
        if (multiple)
        {
            // Number by number, not by a walk through the set: an empty set that was large once is as long as it was.
            for (var each = through + 1; _ahead.Count > 0 && each <= number; each++)
            {
                _ahead.Remove(each);
            }

            through = number;
        }
        else if (number == through + 1)
        {
            through = number;
        }
        else
        {
            _ahead.Add(number);
            return;
        }

        while (_ahead.Count > 0 && _ahead.Remove(through + 1))
        {
            through++;
        }

        Volatile.Write(ref _through, through);
    }
}
