using System.Diagnostics;
using BrokerServe.Worker;

namespace BrokerServe.Host.Handlers;

/// <summary><c>crash:P</c>: the process dies with probability P, as by <c>kill -9</c>: nothing is drained or said. Else the payload back.</summary>
internal sealed class CrashHandler(double probability)
{
    public ValueTask<ReplyPayload> HandleAsync(QueryContext query, CancellationToken cancellationToken)
    {
        if (Random.Shared.NextDouble() < probability)
        {
            Process.GetCurrentProcess().Kill();
        }

        return new(query.Echo());
    }
}
