using System.Diagnostics;
using BrokerServe.Worker.Scheduling;

namespace BrokerServe.Worker.Telemetry;

/// <summary>The spans of one batch while it runs.</summary>
internal sealed class BatchSpans(Activity? whole, Activity?[] members)
{
    /// <summary>A member's own span; null when its call is not sampled.</summary>
    public Activity? Of(int member) => members[member];

    /// <summary>Ends all of them, each member's with its own outcome.</summary>
    public void End(Batch batch)
    {
        whole?.Dispose();
        for (var i = 0; i < members.Length; i++)
        {
            WorkerTraces.End(members[i], batch.Members[i].Outcome);
        }
    }
}
