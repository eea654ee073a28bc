namespace BrokerServe.Client.Calls;

/// <summary>Where a slot's call stands.</summary>
internal enum CallPhase : uint
{
    /// <summary>The slot is empty.</summary>
    Free,

    /// <summary>Nothing of it was handed to a connection; whoever ends it owns its body.</summary>
    Waiting,

    /// <summary>The publishing loop has it, or had it; the loop owns its body.</summary>
    Sent,

    /// <summary>It has its one outcome; the slot is given back once caller and publishing loop are both done with it.</summary>
    Ended,
}
