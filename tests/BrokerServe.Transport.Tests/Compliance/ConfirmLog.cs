using System.Text;

namespace BrokerServe.Transport.Tests.Compliance;

/// <summary>Keeps what the broker says about published messages.</summary>
public sealed class ConfirmLog : IPublisherEvents
{
    private readonly Lock _lock = new();
    private readonly SortedSet<ulong> _confirmed = [];
    private readonly List<string> _events = [];
    private readonly List<Received> _returned = [];
    private ulong _prefix;

    /// <summary>Confirms and returns in the order they came: <c>confirmed 3</c>, <c>returned text</c>, <c>refused 4</c>.</summary>
    public IReadOnlyList<string> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Returned messages in the order they came.</summary>
    public IReadOnlyList<Received> Returned
    {
        get
        {
            lock (_lock)
            {
                return [.. _returned];
            }
        }
    }

    /// <inheritdoc/>
    public void OnConfirmed(ulong sequence, bool multiple)
    {
        lock (_lock)
        {
            for (var s = multiple ? _prefix + 1 : sequence; s <= sequence; s++)
            {
                if (s > _prefix && _confirmed.Add(s))
                {
                    _events.Add($"confirmed {s}");
                }
            }

            while (_confirmed.Remove(_prefix + 1))
            {
                _prefix++;
            }
        }
    }

    /// <inheritdoc/>
    public void OnRefused(ulong sequence, bool multiple)
    {
        lock (_lock)
        {
            _events.Add($"refused {sequence}");
        }
    }

    /// <inheritdoc/>
    public void OnReturned(in ReturnedMessage message)
    {
        var received = new Received(0, false, message.Exchange, message.RoutingKey, message.Properties, message.Body.ToArray());
        lock (_lock)
        {
            _returned.Add(received);
            _events.Add($"returned {Encoding.UTF8.GetString(received.Body)}");
        }
    }

    /// <summary>Waits until every message up to a number is confirmed.</summary>
    public async Task AllConfirmedAsync(ulong sequence)
    {
        var patience = new Patience($"confirms up to {sequence}");
        while (true)
        {
            lock (_lock)
            {
                if (_prefix >= sequence)
                {
                    return;
                }
            }

            await patience.PauseAsync();
        }
    }
}
