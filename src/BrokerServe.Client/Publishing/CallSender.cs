using System.Diagnostics;
using BrokerServe.Client.Calls;
using BrokerServe.Client.Telemetry;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Client.Publishing;

/// <summary>Sends one call, or several that travel together, in one message.</summary>
/// <remarks>
/// The publishing loop's own. (1) Calls are taken: from here on their end is no longer "not sent". (2) The gate is looked at again. (3) The
/// message is published; what the broker says of it comes to the <see cref="PublishLane"/>. (4) Bodies and slots are given back.
/// </remarks>
/// <param name="messages">Makes what is published.</param>
/// <param name="calls">Where slots are given back.</param>
/// <param name="gate">Whether there still is somewhere to publish.</param>
/// <param name="clock">The client's clock.</param>
/// <param name="coalesces">Calls may travel in company: those that nobody repeats are confirmed as well then, for the pace.</param>
/// <param name="logger">The client's log.</param>
internal sealed class CallSender(
    OutboundMessages messages, CallTable calls, Gate gate, ClientClock clock, bool coalesces, ILogger logger)
{
    private readonly List<PendingCall> _taken = new(FrameLimits.MaxRequests);

    /// <summary>Sends calls that may be in one message.</summary>
    /// <param name="together">The calls.</param>
    /// <param name="lane">Where they go.</param>
    /// <param name="route">Where their replies come.</param>
    /// <param name="unsent">Gets those of which nothing was sent, because the way was lost.</param>
    public async ValueTask SendAsync(List<PendingCall> together, PublishLane lane, ReplyRoute route, Queue<PendingCall> unsent)
    {
        // Step 1.
        _taken.Clear();
        var mostLeft = 0L;
        foreach (var call in together)
        {
            if (TryTake(call, lane, route, out var left))
            {
                _taken.Add(call);
                mostLeft = Math.Max(mostLeft, left);
            }
        }

        if (_taken.Count == 0)
        {
            return;
        }

        // Step 2: a connection that was lost before this look has not seen the calls; nothing of them was sent, so they wait on.
        if (!gate.IsStill(lane, route))
        {
            foreach (var call in _taken)
            {
                PutBack(call, unsent);
            }

            return;
        }

        // Step 3.
        try
        {
            await PublishAsync(lane, route, mostLeft).ConfigureAwait(false);
        }
        finally
        {
            _taken.ForEach(GiveBack);
        }
    }

    private bool IsConfirmed(in Request request) => request.Persistent || (coalesces && !request.OneWay);

    private bool TryTake(PendingCall call, PublishLane lane, ReplyRoute route, out long left)
    {
        var oneWay = call.Request.OneWay;
        left = call.Request.DeadlineMs - clock.NowMs;
        if (left <= 0)
        {
            call.TryEndWaiting(
                call.Id.Generation,
                CallOutcome.Local(ReplyStatus.Unavailable, $"The request was not sent by its deadline: {gate.Describe()}"));
        }

        if (call.TryTake(IsConfirmed(call.Request) ? 0 : lane.Epoch, oneWay ? 0 : route.Epoch, oneWay ? null : route.Queue))
        {
            return true;
        }

        calls.ReleaseByLoop(call);
        return false;
    }

    private async ValueTask PublishAsync(PublishLane lane, ReplyRoute route, long mostLeft)
    {
        var first = _taken[0];
        var isFrame = _taken.Count > 1;
        var confirms = IsConfirmed(first.Request);
        var publisher = confirms ? lane.Confirmed : lane.Unconfirmed;
        var sequence = publisher.NextSequence;
        var frame = isFrame ? RequestFrame.Encode(_taken, clock.NowMs) : default;
        if (confirms)
        {
            AddTo(lane, sequence);
        }

        try
        {
            await publisher.PublishAsync(
                isFrame ? messages.Of(first.Request, route.Queue, mostLeft, frame) : messages.Of(first, mostLeft)).ConfigureAwait(false);
            if (!confirms && first.Request.OneWay)
            {
                first.TryEndSent(first.Id.Generation, Endings.Sent);
            }

            // The session that ends what was on a lost lane may have looked before the calls were on it.
            if (!lane.IsOpen)
            {
                lane.EndUnconfirmed();
            }
        }
        catch (BrokerException refusal) when (refusal.Fault == BrokerFault.TooLarge)
        {
            if (confirms)
            {
                lane.Window.Remove(sequence);
            }

            End(CallOutcome.Local(ReplyStatus.PayloadTooLarge, refusal.Message));
        }
        catch (Exception failure)
        {
            // Whether the broker has the message is unknown. The session of the lane ends everything else that was on it.
            Debug.Assert(failure is BrokerException, "A publisher fails with a BrokerException.");
            ClientLog.PublishFailed(logger, first.Request.Endpoint, failure);
            End(Endings.ConnectionLost);
            lane.Break();
        }
        finally
        {
            frame.Return();
        }
    }

    private void AddTo(PublishLane lane, ulong sequence)
    {
        var first = _taken[0];
        var pipeline = lane.PipelineTo(first.Request.Endpoint);
        if (_taken.Count > 1)
        {
            lane.Window.Add(sequence, [.. _taken.Select(static call => call.Id)], pipeline);
        }
        else
        {
            lane.Window.Add(sequence, first.Id, first.Request.OneWay, pipeline);
        }
    }

    private void End(CallOutcome outcome)
    {
        foreach (var call in _taken)
        {
            call.TryEndSent(call.Id.Generation, outcome);
        }
    }

    // Step 4.
    private void GiveBack(PendingCall call)
    {
        call.Request.Body.Return();
        calls.ReleaseByLoop(call);
    }

    private void PutBack(PendingCall call, Queue<PendingCall> unsent)
    {
        if (call.TryPutBack())
        {
            // At the end of the queue: the order of calls that were made at once is nobody's promise.
            unsent.Enqueue(call);
        }
        else
        {
            GiveBack(call);
        }
    }
}
