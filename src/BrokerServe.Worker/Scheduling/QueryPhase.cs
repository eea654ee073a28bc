namespace BrokerServe.Worker.Scheduling;

/// <summary>Where a query is between its arrival and its answer.</summary>
internal enum QueryPhase
{
    /// <summary>In line for the gate, or in a batch that is not full.</summary>
    Waiting,

    /// <summary>Its handler runs.</summary>
    Running,

    /// <summary>Answered, or its replica's life has ended: nothing more is said about it.</summary>
    Answered,
}
