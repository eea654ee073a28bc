using BrokerServe.Client.Calls;
using BrokerServe.Client.Telemetry;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Client.Publishing;

/// <summary>The sessions of the publishing connection: each looks for the routers' exchanges, opens a <see cref="PublishLane"/>, and in the
/// end ends what is left on it.</summary>
internal sealed class PublishConnection(
    string brokerName,
    ObjectNames names,
    string correlationPrefix,
    CallTable calls,
    Mailbox mailbox,
    Gate gate,
    TimeProvider time,
    ILogger logger,
    CancellationToken stopping)
{
    // Where router and client start together the exchanges are there in a moment; later, twice a second costs nothing.
    private static readonly TimeSpan FirstTopologyCheck = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastTopologyCheck = TimeSpan.FromMilliseconds(500);

    /// <summary>Works on one connection until it, or the client, ends.</summary>
    public async Task RunSessionAsync(ConnectionSession session)
    {
        try
        {
            if (await WaitForTopologyAsync(session.Connection).ConfigureAwait(false))
            {
                await RunLaneAsync(session).ConfigureAwait(false);
            }
        }
        catch (BrokerException problem)
        {
            gate.Report(problem);
            throw;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The client stopped while the session was being set up.
        }
        finally
        {
            gate.CloseLane(session.Connection.CloseReason);
        }
    }

    private async Task RunLaneAsync(ConnectionSession session)
    {
        var lane = new PublishLane(session.Connection, session.Epoch, calls, mailbox, correlationPrefix);
        await using (lane.ConfigureAwait(false))
        {
            await lane.OpenAsync(stopping).ConfigureAwait(false);
            gate.OpenLane(lane);
            ClientLog.Publishing(logger, brokerName, session.Epoch);
            await Until.AnyAsync(
                session.Connection.Closed, lane.Confirmed.Closed, lane.Unconfirmed.Closed, lane.Broken, stopping).ConfigureAwait(false);

            // The gate first: what the publishing loop takes after this finds it closed.
            gate.CloseLane(session.Connection.CloseReason);
            var lost = lane.EndUnconfirmed();
            if (!stopping.IsCancellationRequested)
            {
                ClientLog.LaneLost(logger, brokerName, lost);
            }
        }
    }

    // Clients declare nothing that is shared, and publishing to an exchange that is not there closes the channel.
    private async Task<bool> WaitForTopologyAsync(IBrokerConnection connection)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(connection.Closed, stopping);
        try
        {
            var wait = FirstTopologyCheck;
            while (await FindMissingAsync(connection, ended.Token).ConfigureAwait(false) is { } missing)
            {
                gate.Await($"no router has run yet at {brokerName}: there is no exchange '{missing}'. Start a router there, "
                    + "or check that it has the same prefix.");
                await Task.Delay(wait, time, ended.Token).ConfigureAwait(false);
                if (wait < LastTopologyCheck && wait * 2 >= LastTopologyCheck)
                {
                    // Once, after a second in which nobody came.
                    ClientLog.TopologyMissing(logger, brokerName, missing);
                }

                wait = wait * 2 < LastTopologyCheck ? wait * 2 : LastTopologyCheck;
            }

            return true;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return false;
        }
    }

    private async ValueTask<string?> FindMissingAsync(IBrokerConnection connection, CancellationToken cancellationToken)
    {
        if (!await connection.ExchangeExistsAsync(names.Requests, cancellationToken).ConfigureAwait(false))
        {
            return names.Requests;
        }

        return await connection.ExchangeExistsAsync(names.Cancels, cancellationToken).ConfigureAwait(false) ? null : names.Cancels;
    }
}
