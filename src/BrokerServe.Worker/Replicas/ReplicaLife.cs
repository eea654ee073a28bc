using BrokerServe.Transport.Supervision;
using BrokerServe.Worker.Replies;

namespace BrokerServe.Worker.Replicas;

/// <summary>One life of a replica, from announcement to leave: a name, a queue and two connections that share their fate.</summary>
/// <param name="replica">The replica's id in this life.</param>
/// <param name="sender">Where the loop puts what is to be said.</param>
/// <param name="settler">Settles what the replica's own queue delivers.</param>
internal sealed class ReplicaLife(string replica, ReplySender sender, Settler settler)
{
    private readonly TaskCompletionSource<bool> _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Replica => replica;

    public ReplySender Sender => sender;

    public Settler Settler => settler;

    /// <summary>
    /// The replica has left of its own will: the connections may go when the sender is done. False: the loop could not go on.
    /// </summary>
    public Task<bool> Left => _left.Task;

    /// <summary>The loop has forgotten this life and uses nothing of it any more.</summary>
    public Task Ended => _ended.Task;

    public void Leave() => _left.TrySetResult(true);

    /// <summary>Ends this life because of a defect of ours, which the loop has logged.</summary>
    public void Fail() => _left.TrySetResult(false);

    public void End() => _ended.TrySetResult();
}
