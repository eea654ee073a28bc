using BrokerServe.Protocol.Control;

namespace BrokerServe.Router.ControlLog;

/// <summary>What became of a change, as every reader of the log finds it.</summary>
/// <param name="Change">The change.</param>
/// <param name="Offset">Where it stands in the log.</param>
/// <param name="Version">The version of everything that it made; 0 when it was refused.</param>
internal sealed record ControlOutcome(ControlChange Change, long Offset, long Version)
{
    /// <summary>Whether what it asked for is so.</summary>
    public bool Counts => Version > 0;

    /// <summary>It had been seen before under its id: this is its first outcome, and nothing has changed now.</summary>
    public bool IsRepetition { get; init; }

    /// <summary>Why it was refused: the edit whose base was not the object's version. Null when it counts, or is a repetition.</summary>
    public ControlEdit? Stale { get; init; }

    /// <summary>The version that the object of <see cref="Stale"/> has.</summary>
    public long Found { get; init; }
}
