using System.Diagnostics;
using BrokerServe.Client.Calls;
using BrokerServe.Client.Telemetry;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Client.Publishing;

/// <summary>The one caller of the publishing channels: takes calls out of the mailbox and sends them, while the <see cref="Gate"/> is open.</summary>
/// <remarks>
/// (1) Mail is taken all at once. (2) What has ended is dropped and its slot given back, also while the gate is closed. (3) A call is
/// taken: from here on its end is no longer "not sent". (4) The gate is looked at again. (5) The request is published; what the
/// broker says of it comes to the <see cref="PublishLane"/>. (6) Body and slot are given back.
/// </remarks>
internal sealed class PublishLoop(
    OutboundMessages messages, CallTable calls, Mailbox mailbox, Gate gate, ClientClock clock, ILogger logger)
{
    private readonly Queue<PendingCall> _waiting = new();
    private volatile bool _stopping;

    /// <summary>Runs until <see cref="Stop"/>.</summary>
    public async Task RunAsync()
    {
        var last = false;
        while (!last)
        {
            await mailbox.WaitAsync().ConfigureAwait(false);

            // In this order: the stop's nudge is not forgotten unseen, and what was posted before the stop goes out.
            mailbox.TakeNudge();
            last = _stopping;
            try
            {
                await TakeMailAsync().ConfigureAwait(false);
                await SendWaitingAsync().ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                // A defect. The lane is not to be trusted any more; the loop is what all calls depend on, so it goes on.
                ClientLog.PublishLoopFailed(logger, failure);
                BreakLane();
            }
        }
    }

    /// <summary>Sends what is in the mailbox if that is possible, and ends the loop.</summary>
    public void Stop()
    {
        _stopping = true;
        mailbox.Nudge();
    }

    // Step 1: everything that is there, oldest first. Cancellations pass what waits: they concern what was sent before.
    private async ValueTask TakeMailAsync()
    {
        Mail? next;
        for (var mail = mailbox.TakeAll(); mail is not null; mail = next)
        {
            next = mail.Older;
            mail.Older = null;
            if (mail is PendingCall call)
            {
                _waiting.Enqueue(call);
            }
            else if (mail is CancelMail cancel)
            {
                await SendCancelAsync(cancel).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask SendWaitingAsync()
    {
        while (_waiting.TryPeek(out var call))
        {
            if (!gate.TryPass(out var lane, out var route) || IsHeldUp(lane))
            {
                DropEnded();
                return;
            }

            _waiting.Dequeue();
            await SendAsync(call, lane, route).ConfigureAwait(false);
        }
    }

    private bool IsHeldUp(PublishLane lane)
    {
        var heldUp = lane.IsBlocked || !lane.Window.HasRoomFor(lane.Confirmed.NextSequence);
        gate.SetHeldUp(heldUp);
        return heldUp;
    }

    // Step 2, while nothing can be sent: one turn of the queue, at most once per mail or per 10 ms.
    private void DropEnded()
    {
        if (!calls.TakeWaitingEnded())
        {
            return;
        }

        for (var n = _waiting.Count; n > 0; n--)
        {
            var call = _waiting.Dequeue();
            if (call.HasEnded)
            {
                calls.ReleaseByLoop(call);
            }
            else
            {
                _waiting.Enqueue(call);
            }
        }
    }

    private async ValueTask SendAsync(PendingCall call, PublishLane lane, ReplyRoute route)
    {
        var oneWay = call.Request.OneWay;
        var left = call.Request.DeadlineMs - clock.NowMs;
        if (left <= 0)
        {
            call.TryEndWaiting(
                call.Id.Generation,
                CallOutcome.Local(ReplyStatus.Unavailable, $"The request was not sent by its deadline: {gate.Describe()}"));
        }

        // Step 3.
        if (!call.TryTake(lane.Epoch, oneWay ? 0 : route.Epoch, oneWay ? null : route.Queue))
        {
            calls.ReleaseByLoop(call);
            return;
        }

        // Step 4: a connection that was lost before this look has not seen the call; nothing of it was sent, so it waits on.
        if (!gate.IsStill(lane, route))
        {
            PutBack(call);
            return;
        }

        // Step 5.
        try
        {
            await PublishAsync(call, lane, left).ConfigureAwait(false);
        }
        finally
        {
            // Step 6.
            call.Request.Body.Return();
            calls.ReleaseByLoop(call);
        }
    }

    private void PutBack(PendingCall call)
    {
        if (call.TryPutBack())
        {
            // At the end of the queue: the order of calls that were made at once is nobody's promise.
            _waiting.Enqueue(call);
            return;
        }

        call.Request.Body.Return();
        calls.ReleaseByLoop(call);
    }

    private async ValueTask PublishAsync(PendingCall call, PublishLane lane, long left)
    {
        var persistent = call.Request.Persistent;
        var publisher = persistent ? lane.Confirmed : lane.Unconfirmed;
        var sequence = publisher.NextSequence;
        if (persistent)
        {
            lane.Window.Add(sequence, call.Id, call.Request.OneWay);
        }

        try
        {
            await publisher.PublishAsync(messages.Of(call, left)).ConfigureAwait(false);
            if (!persistent && call.Request.OneWay)
            {
                call.TryEndSent(call.Id.Generation, Endings.Sent);
            }

            // The session that ends what was on a lost lane may have looked before the call was on it.
            if (!lane.IsOpen)
            {
                lane.EndUnconfirmed();
            }
        }
        catch (BrokerException refusal) when (refusal.Fault == BrokerFault.TooLarge)
        {
            if (persistent)
            {
                lane.Window.Remove(sequence);
            }

            call.TryEndSent(call.Id.Generation, CallOutcome.Local(ReplyStatus.PayloadTooLarge, refusal.Message));
        }
        catch (Exception failure)
        {
            // Whether the broker has the message is unknown. The session of the lane ends everything else that was on it.
            Debug.Assert(failure is BrokerException, "A publisher fails with a BrokerException.");
            ClientLog.PublishFailed(logger, call.Request.Endpoint, failure);
            call.TryEndSent(call.Id.Generation, Endings.ConnectionLost);
            lane.Break();
        }
    }

    private async ValueTask SendCancelAsync(CancelMail cancel)
    {
        // Best effort: when the reply queue is gone, so is whoever would be told.
        if (!gate.TryPass(out var lane, out var route) || route.Queue != cancel.ReplyTo || lane.IsBlocked)
        {
            return;
        }

        try
        {
            await lane.Unconfirmed.PublishAsync(messages.Of(cancel)).ConfigureAwait(false);
        }
        catch (BrokerException failure)
        {
            ClientLog.CancelFailed(logger, failure);
            lane.Break();
        }
    }

    private void BreakLane()
    {
        if (gate.TryPass(out var lane, out _))
        {
            lane.Break();
        }
    }
}
