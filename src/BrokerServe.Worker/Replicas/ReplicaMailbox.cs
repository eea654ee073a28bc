using System.Threading.Channels;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Worker.Replicas;

/// <summary>Events for one replica's loop: many writers, one reader.</summary>
/// <remarks>
/// A <see cref="Channel"/> without a bound of its own, whose writers take a short lock. It is bounded by what can be written: deliveries by
/// the prefetch, since the loop settles them; ends by the handlers that run; one tick; a few words about lives.
/// </remarks>
/// <param name="motion">Counts each mail until <see cref="Done"/>; null: nobody asks.</param>
internal sealed class ReplicaMailbox(Motion? motion = null)
{
    private readonly Channel<ReplicaMail> _channel = Channel.CreateUnbounded<ReplicaMail>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Adds mail. Any thread. After <see cref="Complete"/> it is dropped: nobody is left to care.</summary>
    public void Post(in ReplicaMail mail)
    {
        motion?.Begin();
        if (!_channel.Writer.TryWrite(mail))
        {
            motion?.End();
        }
    }

    /// <summary>The loop has taken so much mail and done what follows from it.</summary>
    public void Done(int taken) => motion?.End(taken);

    /// <summary>No more is coming.</summary>
    public void Complete() => _channel.Writer.TryComplete();

    /// <summary>Waits for mail; false when it is complete and empty.</summary>
    public ValueTask<bool> WaitAsync() => _channel.Reader.WaitToReadAsync();

    public bool TryTake(out ReplicaMail mail) => _channel.Reader.TryRead(out mail);
}
