using System.Diagnostics;
using BrokerServe.Client.Calls;
using BrokerServe.Client.Telemetry;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Client.Publishing;

/// <summary>The one caller of the publishing channels: takes calls out of the mailbox and sends them, while the <see cref="Gate"/> is open.</summary>
/// <remarks>
/// (1) Mail is taken all at once. (2) What has ended is dropped and its slot given back, also while the gate is closed. (3) Calls that may
/// travel together are put together, and wait while the <see cref="Pipeline"/> to their endpoint is full. (4) Calls are taken: from here on their end is no longer "not sent". (5) The
/// gate is looked at again. (6) The message is published; what the broker says of it comes to the <see cref="PublishLane"/>. (7) Bodies and
/// slots are given back.
/// </remarks>
/// <param name="messages">Makes what is published.</param>
/// <param name="calls">Where slots are given back.</param>
/// <param name="mailbox">Where calls come from.</param>
/// <param name="gate">Whether there is somewhere to publish.</param>
/// <param name="clock">The client's clock.</param>
/// <param name="maxFrameBytes">What calls that travel together may measure; 0: each travels alone.</param>
/// <param name="logger">The client's log.</param>
internal sealed class PublishLoop(
    OutboundMessages messages, CallTable calls, Mailbox mailbox, Gate gate, ClientClock clock, int maxFrameBytes, ILogger logger)
{
    private readonly Queue<PendingCall> _waiting = new();
    private readonly FrameDrafts _drafts = new(maxFrameBytes);
    private readonly List<PendingCall> _taken = new(FrameLimits.MaxRequests);
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
                await SendWaitingAsync(last).ConfigureAwait(false);
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

    private async ValueTask SendWaitingAsync(bool last)
    {
        var isOpen = gate.TryPass(out var lane, out _) && !IsHeldUp(lane);
        while (isOpen && _waiting.TryDequeue(out var call))
        {
            isOpen = await SendOrDraftAsync(call).ConfigureAwait(false);
        }

        // Everything where nothing can be sent, for it is put back then; and in the end.
        while (_drafts.TryTake(isOpen && !last ? lane : null, out var draft))
        {
            isOpen &= await SendAsync(draft).ConfigureAwait(false);
        }

        DropEnded();

        // Between two looks the way may have become free, and what was put back at the first would wait for somebody's next call.
        if (_waiting.Count > 0 && gate.TryPass(out _, out _) && !gate.IsHeldUp)
        {
            mailbox.Nudge();
        }
    }

    // Step 3. False when nothing can be sent at present.
    private async ValueTask<bool> SendOrDraftAsync(PendingCall call)
    {
        var bytes = call.Request.OneWay ? int.MaxValue : RequestFrame.MaxBytesOf(call.Request);
        if (bytes > maxFrameBytes - RequestFrameWriter.HeaderBytes)
        {
            if (gate.TryPass(out var lane, out var route) && !IsHeldUp(lane))
            {
                await SendAsync(call, lane, route).ConfigureAwait(false);
                return true;
            }

            _waiting.Enqueue(call);
            return false;
        }

        // What has no time left is for SendAsync to end; a call that has is never put together with it.
        var left = Math.Max(0, call.Request.DeadlineMs - clock.NowMs);
        return _drafts.Add(call, left, bytes) is not { } full || await SendAsync(full).ConfigureAwait(false);
    }

    private async ValueTask<bool> SendAsync(FrameDraft draft)
    {
        var canSend = gate.TryPass(out var lane, out var route) && !IsHeldUp(lane);
        if (!canSend)
        {
            foreach (var call in draft.Calls)
            {
                _waiting.Enqueue(call);
            }
        }
        else if (draft.Calls.Count == 1)
        {
            await SendAsync(draft.Calls[0], lane!, route!).ConfigureAwait(false);
        }
        else
        {
            await SendFrameAsync(draft.Calls, lane!, route!).ConfigureAwait(false);
        }

        _drafts.Return(draft);
        return canSend;
    }

    private bool IsHeldUp(PublishLane lane)
    {
        var heldUp = lane.IsBlocked || !lane.Window.HasRoomFor(lane.Confirmed.NextSequence);
        gate.SetHeldUp(heldUp);
        return heldUp;
    }

    // Step 2, of what could not be sent: one turn of the queue, at most once per mail or per 10 ms.
    private void DropEnded()
    {
        if (!calls.TakeWaitingEnded())
        {
            return;
        }

        _drafts.DropEnded(calls);

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

    // What may travel in company is confirmed in any case, for the pace.
    private bool IsConfirmed(in Request request) => request.Persistent || (maxFrameBytes > 0 && !request.OneWay);

    // Step 4.
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

    private async ValueTask SendAsync(PendingCall call, PublishLane lane, ReplyRoute route)
    {
        if (!TryTake(call, lane, route, out var left))
        {
            return;
        }

        // Step 5: a connection that was lost before this look has not seen the call; nothing of it was sent, so it waits on.
        if (!gate.IsStill(lane, route))
        {
            PutBack(call);
            return;
        }

        // Step 6.
        try
        {
            await PublishAsync(call, lane, left).ConfigureAwait(false);
        }
        finally
        {
            GiveBack(call);
        }
    }

    private async ValueTask SendFrameAsync(List<PendingCall> together, PublishLane lane, ReplyRoute route)
    {
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

        // Step 5: as for one.
        if (!gate.IsStill(lane, route))
        {
            _taken.ForEach(PutBack);
            return;
        }

        // Step 6.
        try
        {
            if (_taken.Count > 0)
            {
                await PublishFrameAsync(lane, route, mostLeft).ConfigureAwait(false);
            }
        }
        finally
        {
            _taken.ForEach(GiveBack);
        }
    }

    private async ValueTask PublishFrameAsync(PublishLane lane, ReplyRoute route, long mostLeft)
    {
        var publisher = lane.Confirmed;
        lane.Window.Add(
            publisher.NextSequence, [.. _taken.Select(static call => call.Id)], lane.PipelineTo(_taken[0].Request.Endpoint));
        var frame = RequestFrame.Encode(_taken, clock.NowMs);
        try
        {
            await publisher.PublishAsync(messages.Of(_taken[0].Request, route.Queue, mostLeft, frame)).ConfigureAwait(false);

            // The session that ends what was on a lost lane may have looked before the calls were on it.
            if (!lane.IsOpen)
            {
                lane.EndUnconfirmed();
            }
        }
        catch (Exception failure)
        {
            Fail(failure, lane);
        }
        finally
        {
            frame.Return();
        }
    }

    private void Fail(Exception failure, PublishLane lane)
    {
        // Whether the broker has the message is unknown. The session of the lane ends everything else that was on it.
        Debug.Assert(failure is BrokerException { Fault: not BrokerFault.TooLarge }, "Frames are made to fit, and a publisher fails with a BrokerException.");
        ClientLog.PublishFailed(logger, _taken[0].Request.Endpoint, failure);
        foreach (var call in _taken)
        {
            call.TryEndSent(call.Id.Generation, Endings.ConnectionLost);
        }

        lane.Break();
    }

    // Step 7.
    private void GiveBack(PendingCall call)
    {
        call.Request.Body.Return();
        calls.ReleaseByLoop(call);
    }

    private void PutBack(PendingCall call)
    {
        if (call.TryPutBack())
        {
            // At the end of the queue: the order of calls that were made at once is nobody's promise.
            _waiting.Enqueue(call);
            return;
        }

        GiveBack(call);
    }

    private async ValueTask PublishAsync(PendingCall call, PublishLane lane, long left)
    {
        var confirms = IsConfirmed(call.Request);
        var publisher = confirms ? lane.Confirmed : lane.Unconfirmed;
        var sequence = publisher.NextSequence;
        if (confirms)
        {
            lane.Window.Add(sequence, call.Id, call.Request.OneWay, lane.PipelineTo(call.Request.Endpoint));
        }

        try
        {
            await publisher.PublishAsync(messages.Of(call, left)).ConfigureAwait(false);
            if (!confirms && call.Request.OneWay)
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
            if (confirms)
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
