namespace BrokerServe.Router.Dispatch;

/// <summary>One backend's numbers at the end of its last turn. Written by its dispatch loop, read by anyone.</summary>
internal sealed class BackendGauges
{
    private int _queued;
    private int _inFlight;
    private int _credit;
    private int _replicas;
    private Replica[] _roster = [];

    /// <summary>Requests in the backlog, shadows included.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>Queries at replicas.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Queries that replicas would take at once.</summary>
    public int Credit => Volatile.Read(ref _credit);

    /// <summary>Replicas that serve.</summary>
    public int Replicas => Volatile.Read(ref _replicas);

    /// <summary>Every replica that it knows. Of them others read only numbers, each of a moment ago.</summary>
    public IReadOnlyList<Replica> Roster => Volatile.Read(ref _roster);

    public void Take(BackendDispatcher dispatcher)
    {
        Volatile.Write(ref _queued, dispatcher.Queued + dispatcher.Shadows);
        Volatile.Write(ref _inFlight, dispatcher.InFlight);
        Volatile.Write(ref _credit, dispatcher.Credit);
        Volatile.Write(ref _replicas, dispatcher.Replicas);
        if (dispatcher.TakeRoster() is { } roster)
        {
            Volatile.Write(ref _roster, roster);
        }
    }
}
