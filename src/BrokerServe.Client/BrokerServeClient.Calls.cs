using System.Diagnostics;
using System.Runtime.CompilerServices;
using BrokerServe.Client.Calls;
using BrokerServe.Client.Payloads;
using BrokerServe.Client.Telemetry;
using BrokerServe.Protocol;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Client;

/// <content>The path of one call.</content>
public sealed partial class BrokerServeClient
{
    /// <summary>Makes one call, from the caller's thread to its one outcome.</summary>
    /// <remarks>
    /// (1) The request is checked; what cannot be sent ends here. (2) A slot of the table is rented, or the call is one too many.
    /// (3) The request is completed: correlation id, headers, deadline. (4) The slot opens and its mail goes to the publishing loop.
    /// (5) Reply, refusal, timeout, cancellation, loss or shutdown ends the call, whichever comes first. (6) The slot is given back.
    /// </remarks>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallOutcome> CallAsync(
        string endpoint, PooledBytes body, string? contentType, InvokeOptions options, bool oneWay, TimeSpan limit, CancellationToken cancellationToken)
    {
        Start();
        var started = _metrics.Start();
        using var activity = ClientTracing.Start(endpoint, oneWay);

        string? correlationId = null;
        CallOutcome outcome;
        var opened = TryOpen(endpoint, body, contentType, options, oneWay, limit, activity, out var call, out outcome);
        if (opened)
        {
            // Stays valid until the slot is given back; nothing may hear of the call's token after that.
            var registration = cancellationToken.UnsafeRegister(static slot => ((PendingCall)slot!).GiveUp(), call);
            correlationId = activity is null ? null : call.Request.CorrelationId;
            try
            {
                // Step 5.
                outcome = await call.Outcome.ConfigureAwait(false);
            }
            finally
            {
                // Step 6.
                registration.Dispose();
                _calls.ReleaseByCaller(call);
            }
        }

        if (activity is not null)
        {
            ClientTracing.End(activity, correlationId, outcome);
        }

        _metrics.CallEnded(endpoint, outcome.Status, started, opened);
        return outcome;
    }

    // Steps 1 to 4. Returns false, with the outcome, when the call ended before it began; the body is given back then.
    private bool TryOpen(
        string endpoint,
        PooledBytes body,
        string? contentType,
        InvokeOptions options,
        bool oneWay,
        TimeSpan limit,
        Activity? activity,
        out PendingCall call,
        out CallOutcome outcome)
    {
        // Step 1.
        call = null!;
        if ((Volatile.Read(ref _closed) ? Endings.ShuttingDownUnsent : RequestCheck.Find(endpoint, body.Length, options, _options, _broker.Limits))
            is { } ending)
        {
            body.Return();
            outcome = ending;
            return false;
        }

        var wanted = options.Timeout ?? _options.DefaultTimeout;
        var timeout = wanted < limit ? wanted : limit;
        var expires = !oneWay || options.Timeout is not null;
        var headers = RequestHeaders.Of(
            options,
            expires ? _clock.UnixMs + (long)timeout.TotalMilliseconds : null,
            !oneWay && _frames.IsToAsk(endpoint),
            activity ?? Activity.Current);

        // Step 2.
        if (!_calls.TryRent(out var rented))
        {
            body.Return();
            outcome = Endings.TooManyPending(_calls.Capacity, _gate.Describe());
            return false;
        }

        _sweep.Arm();

        // Step 3.
        call = rented;
        var id = call.Reserve();
        var correlationId = id.ToCorrelationId(_correlationPrefix);
        var deadlineMs = _clock.NowMs + Math.Max(1, (long)timeout.TotalMilliseconds);
        var request = new Request(
            endpoint,
            body,
            options.Method,
            contentType,
            correlationId,
            options.MessageId ?? correlationId,
            options.Priority,
            headers,
            deadlineMs,
            Persistent: (options.Delivery ?? _options.Delivery) == DeliveryGuarantee.AtLeastOnce,
            oneWay,
            expires);

        // Step 4. The deadline comes before the opening: whoever sees the call open sees its deadline.
        _calls.SetDeadline(call, deadlineMs);
        call.Open(request);
        _mailbox.Post(call);

        // Posting was a full fence: either this sees that the client is stopping, or EndAll sees the open call.
        if (Volatile.Read(ref _closed))
        {
            EndForShutdown(call, id.Generation);
        }

        outcome = default;
        return true;
    }

    private static void ThrowUnlessOk(in CallOutcome outcome, string endpoint, CancellationToken cancellationToken)
    {
        if (outcome.Status != ReplyStatus.Ok)
        {
            Throw(outcome, endpoint, cancellationToken);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw(in CallOutcome outcome, string endpoint, CancellationToken cancellationToken) =>
        throw (outcome.GivenUp ? new OperationCanceledException(cancellationToken) : PayloadReader.ReadError(outcome, endpoint));
}
