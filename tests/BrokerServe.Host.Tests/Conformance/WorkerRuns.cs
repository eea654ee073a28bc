using BrokerServe.Host.Tests.Conformance.Suspects;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>A run of the kit for workers for each thing that they may do wrong, in the dialects in which they can.</summary>
public sealed class WorkerRuns() : Runs<(bool Framed, Fault Fault)>(
    [.. InPlain.Select(fault => (false, fault)), .. InFrames.Select(fault => (true, fault))],
    run => WorkerTrial.RunAsync(
        broker => run.Framed ? new FramedSuspect(broker, run.Fault) : new PlainSuspect(broker, run.Fault), Patience))
{
    /// <summary>Where silence is the fault it costs a run so long; everything else is over in far less.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Fault[] OfFrames =
    [
        Fault.IgnoresCancel, Fault.IgnoresConfigure, Fault.AnswersOldIncarnations, Fault.AnswersOldSyncs, Fault.KeepsTheOldReplyKey,
        Fault.ReportsNothing, Fault.RunsRepeatedTickets, Fault.WritesFloats,
    ];

    private static IEnumerable<Fault> InPlain => Enum.GetValues<Fault>().Except(OfFrames);

    private static IEnumerable<Fault> InFrames => [.. OfFrames, Fault.None, Fault.AnswersTwice, Fault.RoundsTickets, Fault.IgnoresItsLimit];
}
