using BrokerServe.Transport;

namespace BrokerServe.Client.Publishing;

/// <summary>The client's broker, as its supervisors see it: tells the <see cref="Gate"/> why a connection cannot be had.</summary>
internal sealed class ReportingBroker(IBroker broker, Gate gate) : IBroker
{
    public string DisplayName => broker.DisplayName;

    public BrokerLimits Limits => broker.Limits;

    public async ValueTask<IBrokerConnection> ConnectAsync(string connectionName, CancellationToken cancellationToken)
    {
        try
        {
            return await broker.ConnectAsync(connectionName, cancellationToken).ConfigureAwait(false);
        }
        catch (BrokerException problem)
        {
            gate.Report(problem);
            throw;
        }
    }

    // The broker belongs to whoever made it.
    public ValueTask DisposeAsync() => default;
}
