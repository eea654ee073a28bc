using System.Threading.Channels;
using BrokerServe.Transport.Tests.Compliance;
using Microsoft.Extensions.Time.Testing;

namespace BrokerServe.Transport.Tests.Supervision;

/// <summary>A fake clock that tells which timers were set, so that a test advances it only once somebody waits.</summary>
internal sealed class ArmedTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _armed = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _armed.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until a timer is set and says for how long.</summary>
    public Task<TimeSpan> NextTimerAsync() => Patience.ForAsync(_armed.Reader.ReadAsync().AsTask(), "the setting of a timer");

    /// <summary>Waits until a timer is set, and lets it fire.</summary>
    public async Task<TimeSpan> PassAsync()
    {
        var due = await NextTimerAsync();
        Advance(due);
        return due;
    }
}
