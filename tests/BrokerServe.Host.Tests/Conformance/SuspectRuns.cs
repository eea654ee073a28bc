using BrokerServe.Host.Conformance;
using BrokerServe.Host.Tests.Conformance.Suspects;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>Runs of the kit on suspects, several beside each other: most of what they do is wait.</summary>
public sealed class SuspectRuns
{
    private const int Beside = 12;

    /// <summary>Where silence is the fault it costs a run so long; everything else is over in far less.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Faults that only a framed worker can have.</summary>
    private static readonly Fault[] OfFrames =
    [
        Fault.IgnoresCancel, Fault.IgnoresConfigure, Fault.AnswersOldIncarnations, Fault.AnswersOldSyncs, Fault.KeepsTheOldReplyKey,
        Fault.ReportsNothing, Fault.RunsRepeatedTickets, Fault.WritesFloats,
    ];

    private readonly Dictionary<(bool Framed, Fault Fault), Task<IReadOnlyList<Finding>>> _runs = [];
    private readonly SemaphoreSlim _places = new(Beside);

    public SuspectRuns()
    {
        foreach (var fault in Enum.GetValues<Fault>().Except(OfFrames))
        {
            _runs[(false, fault)] = RunAsync(framed: false, fault);
        }

        foreach (var fault in OfFrames.Concat([Fault.None, Fault.AnswersTwice, Fault.RoundsTickets, Fault.IgnoresItsLimit]))
        {
            _runs[(true, fault)] = RunAsync(framed: true, fault);
        }
    }

    internal Task<IReadOnlyList<Finding>> OfAsync(bool framed, Fault fault) => Within.ReasonAsync(_runs[(framed, fault)], $"the run with {fault} ended");

    private async Task<IReadOnlyList<Finding>> RunAsync(bool framed, Fault fault)
    {
        await _places.WaitAsync();
        try
        {
            return await WorkerTrial.RunAsync(
                broker => framed ? new FramedSuspect(broker, fault) : new PlainSuspect(broker, fault), Patience);
        }
        finally
        {
            _places.Release();
        }
    }
}
