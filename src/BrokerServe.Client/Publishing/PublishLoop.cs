using BrokerServe.Client.Calls;
using BrokerServe.Client.Telemetry;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Client.Publishing;

/// <summary>The one caller of the publishing channels: takes calls out of the mailbox and sends them, while the <see cref="Gate"/> is open.</summary>
/// <remarks>
/// (1) Mail is taken all at once. (2) What has ended is dropped and its slot given back, also while the gate is closed. (3) Calls that may
/// travel together are put together, and wait while the <see cref="Pipeline"/> to their endpoint is full. (4) The <see cref="CallSender"/>
/// takes and publishes them.
/// </remarks>
/// <param name="sender">Publishes calls.</param>
/// <param name="messages">Makes what else is published.</param>
/// <param name="calls">Where slots are given back.</param>
/// <param name="mailbox">Where calls come from.</param>
/// <param name="gate">Whether there is somewhere to publish.</param>
/// <param name="clock">The client's clock.</param>
/// <param name="frames">Which endpoints take calls that travel together.</param>
/// <param name="maxFrameBytes">What calls that travel together may measure; 0: each travels alone.</param>
/// <param name="logger">The client's log.</param>
internal sealed class PublishLoop(
    CallSender sender, OutboundMessages messages, CallTable calls, Mailbox mailbox, Gate gate, ClientClock clock, FramedEndpoints frames, int maxFrameBytes,
    ILogger logger)
{
    private readonly Queue<PendingCall> _waiting = new();
    private readonly FrameDrafts _drafts = new(maxFrameBytes);
    private readonly List<PendingCall> _alone = new(1);
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
        var bytes = call.Request.OneWay || !frames.Take(call.Request.Endpoint) ? int.MaxValue : RequestFrame.MaxBytesOf(call.Request);
        if (bytes > maxFrameBytes - RequestFrameWriter.HeaderBytes)
        {
            if (gate.TryPass(out var lane, out var route) && !IsHeldUp(lane))
            {
                _alone.Clear();
                _alone.Add(call);
                await sender.SendAsync(_alone, lane, route, _waiting).ConfigureAwait(false);
                return true;
            }

            _waiting.Enqueue(call);
            return false;
        }

        // What has no time left is for the sender to end; a call that has is never put together with it.
        var left = Math.Max(0, call.Request.DeadlineMs - clock.NowMs);
        return _drafts.Add(call, left, bytes) is not { } full || await SendAsync(full).ConfigureAwait(false);
    }

    private async ValueTask<bool> SendAsync(FrameDraft draft)
    {
        var canSend = gate.TryPass(out var lane, out var route) && !IsHeldUp(lane);
        if (canSend)
        {
            await sender.SendAsync(draft.Calls, lane!, route!, _waiting).ConfigureAwait(false);
        }
        else
        {
            draft.Calls.ForEach(_waiting.Enqueue);
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
