using BrokerServe.Protocol;
using BrokerServe.Protocol.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Membership;
using BrokerServe.Router.Routing;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Router.ControlLog;

/// <summary>Keeps a router as the control log says: reads it whole before anything is served, and then follows it.</summary>
/// <remarks>
/// A lost log changes nothing: what was last known stays in force, and the next session goes on behind it. What this router cannot put in force
/// by its own limits stops nothing else, and changes nothing of what the log comes to, which is the same for all. One session at a time; what
/// others read of it is replaced whole.
/// </remarks>
internal sealed partial class ControlFollower(
    ObjectNames names, RoutingControl control, ReplicaDirectory directory, RouterOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>After so many entries without a snapshot one is written: a reader goes through them in some milliseconds, and a snapshot of
    /// hundreds of KiB costs the broker less than they did.</summary>
    public const int EntriesPerSnapshot = 1_000;

    /// <summary>Every router notices at once that it is time. Each waits for a moment drawn from these, and the first one's mark stops the others.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ControlReading _reading = new(options.Section);
    private volatile ControlState? _state;
    private volatile string? _trouble;
    private volatile string? _broken; // Apart from _trouble, which is of what was read and put in force: this ends when a log is followed again that says something.
    private volatile bool _follows;
    private (long Version, ulong Hash) _inForce;
    private string[] _implied = []; // Backends in force that are there for endpoints that name them, and not by the log.
    private string[] _faults = []; // Of what was put in force last: each is logged when it comes, and not with every later change.
    private bool _skips; // The log was cut behind what is known, so the next session begins with a snapshot.

    /// <summary>What the log comes to, as far as it was read; null before it was for the first time.</summary>
    public ControlState? State => _state;

    /// <summary>Whether the log is being followed right now.</summary>
    public bool Follows => _follows;

    /// <summary>Why what the log says is not wholly in force; null when it is, as far as it was read.</summary>
    public string? Trouble => _broken ?? _trouble;

    /// <summary>Completes when the log was read, for the first time, to what was there when this began.</summary>
    public Task CaughtUp => _caughtUp.Task;

    /// <summary>Endpoints that were removed before this router knew of them: what still waits in their queues is to be answered.</summary>
    public IReadOnlyCollection<string> FindRemoved() => _state is not { } state
        ? []
        : [.. state.Objects.Values.Where(row => row is { Kind: ControlKinds.Endpoint, Value: null }).Select(row => row.Name)];

    /// <summary>Follows the log over one connection until it closes.</summary>
    public async Task RunAsync(ConnectionSession session, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(session.Connection.Closed, stopping);
        try
        {
            var log = await ControlSession.OpenAsync(session.Connection, names, _skips ? null : _state, time, over.Token).ConfigureAwait(false);
            await using (log.ConfigureAwait(false))
            {
                _skips = false;
                await FollowAsync(log, over.Token).ConfigureAwait(false);
            }
        }
        catch (ControlLogBrokenException broken)
        {
            // With what is known it is of no use. Perhaps a snapshot goes further; if it does not, what is known stays in force.
            _skips = true;
            _broken = broken.Message;
            throw new BrokerException(BrokerFault.Other, broken.Message, broken);
        }
        finally
        {
            _follows = false;
        }
    }

    private async Task FollowAsync(ControlSession log, CancellationToken over)
    {
        Enforce(log.State);
        _follows = true;
        if (_caughtUp.TrySetResult())
        {
            LogCaughtUp(log.State.Version, ControlHash.Print(log.State.Hash), log.State.Offset);
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(over);
        var snapshot = Task.CompletedTask;
        try
        {
            while (true)
            {
                if (snapshot.IsCompleted && log.State.Offset - log.SnapshotOffset >= EntriesPerSnapshot)
                {
                    snapshot = WriteSnapshotAsync(log, ending.Token);
                }

                await log.ReadAsync(over).ConfigureAwait(false);
                while (log.TryRead(out _))
                {
                    // All that is here makes one step: the table is built once for it.
                }

                Enforce(log.State);
            }
        }
        finally
        {
            // The reading may have ended alone, with the connection still there: what a snapshot waits for then may never come.
            await ending.CancelAsync().ConfigureAwait(false);
            await snapshot.ConfigureAwait(false);
        }
    }

    private void Enforce(ControlState state)
    {
        if (state.Version == 0 && _inForce.Version > 0)
        {
            // Nobody deletes a log so that every endpoint is removed, with its queue and what waits there: as long as it says nothing, it is lost.
            _broken = "The control log was deleted and made anew, and says nothing yet; what was last known stays in force until it does.";
        }
        else
        {
            _broken = null;

            // Both, because a log that was made anew may have come to the same number of changes.
            if (_state is null || _inForce != (state.Version, state.Hash))
            {
                PutInForce(state);
                _inForce = (state.Version, state.Hash);
            }
        }

        _state = state; // Last: who reads it, reads what is in force.
    }

    private void PutInForce(ControlState state)
    {
        var reading = _reading.Read(state);
        var (changed, refused) = control.Follow(reading.Config, forgotten: _implied);
        _implied = [.. control.Table.Backends.Keys.Where(IsImplied)];
        directory.SetDrained(reading.Drained);
        string[] faults = [.. reading.Faults, .. refused];
        foreach (var fault in faults.Except(_faults))
        {
            LogFault(state.Version, fault);
        }

        _faults = faults;
        _trouble = faults.Length == 0 ? null : $"Version {state.Version} of the control log is not wholly in force: {string.Join(" ", faults)}";
        if (changed)
        {
            LogInForce(state.Version, ControlHash.Print(state.Hash));
        }

        // One that nothing names any more may stay for an endpoint that could not change; it was never in the log all the same.
        bool IsImplied(string backend) => reading.Implied.Contains(backend) || (_implied.Contains(backend) && state.Find(ControlKey.Backend(backend)) is null);
    }

    private async Task WriteSnapshotAsync(ControlSession log, CancellationToken ending)
    {
        try
        {
            await Task.Delay(LongestPause * Random.Shared.NextDouble(), time, ending).ConfigureAwait(false);
            var state = _state!;
            if (state.Offset - log.SnapshotOffset >= EntriesPerSnapshot)
            {
                await log.WriteSnapshotAsync(state, ending).ConfigureAwait(false);
                LogSnapshot(state.Version, state.Offset);
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over; the next one looks again.
        }
        catch (BrokerException exception)
        {
            LogNoSnapshot(exception.Message);
        }
    }

    [LoggerMessage(1401, LogLevel.Information, "The control log is read: version {Version}, hash {Hash}, up to offset {Offset}.")]
    private partial void LogCaughtUp(long version, string hash, long offset);

    [LoggerMessage(1402, LogLevel.Information, "Version {Version} of the control log is in force, hash {Hash}.")]
    private partial void LogInForce(long version, string hash);

    [LoggerMessage(1403, LogLevel.Error, "Of version {Version} of the control log this router cannot put everything in force. {Fault}")]
    private partial void LogFault(long version, string fault);

    [LoggerMessage(1404, LogLevel.Debug, "A snapshot of the control log was written: version {Version}, up to offset {Offset}.")]
    private partial void LogSnapshot(long version, long offset);

    [LoggerMessage(1405, LogLevel.Warning, "No snapshot of the control log could be written; routers that start have more to read. {Reason}")]
    private partial void LogNoSnapshot(string reason);
}
