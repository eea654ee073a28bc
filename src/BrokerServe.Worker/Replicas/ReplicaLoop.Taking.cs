using System.Diagnostics;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Worker.Scheduling;
using BrokerServe.Worker.Telemetry;

namespace BrokerServe.Worker.Replicas;

// Step 1 of a turn: what each piece of mail means.
internal sealed partial class ReplicaLoop
{
    private void Take(in ReplicaMail mail, long now)
    {
        switch (mail.Kind)
        {
            case MailKind.Ended:
                _scheduler.Ended(mail.Work!);
                break;
            case MailKind.Tick:
                _armedForMs = long.MaxValue;
                break;
            case MailKind.BeginLife:
                Begin(mail.Life!, now);
                break;
            case MailKind.EndLife:
                End(mail.Life!);
                break;
            default:
                // Mail of a life that is over: its queries are other replicas' now, and its consumer settles no more.
                if (mail.Life == _life)
                {
                    TakeForLife(mail, now);
                }

                mail.Body.Return();
                break;
        }
    }

    private void TakeForLife(in ReplicaMail mail, long now)
    {
        switch (mail.Kind)
        {
            case MailKind.Frame:
                _scheduler.TakeFrame(mail.Body.Span, mail.Received, now);
                _taken.Add(mail.Tag);
                return;
            case MailKind.Drain:
                _scheduler.Drain(now);
                return;
            case MailKind.CutShort:
                _scheduler.CutShort(now);
                return;
            case MailKind.Command when ReplicaCommand.TryDecode(mail.Body.Span, out var command):
                _scheduler.Obey(command, now);
                break;
            case MailKind.Announcement when RouterAnnouncement.TryDecode(mail.Body.Span, out var announcement):
                _scheduler.Hear(announcement, now);
                break;
            default:
                _metrics.Discarded(Backend, DiscardReason.Malformed);
                break;
        }

        mail.Settler!.Settle(mail.Tag);
    }

    private void Begin(ReplicaLife life, long now)
    {
        Debug.Assert(_life is null, "One life at a time.");
        _life = life;
        _scheduler.BeginLife(life.Replica, now);
        _logger.InService(life.Replica, Backend);
    }

    private void End(ReplicaLife life)
    {
        if (_scheduler.State != PresenceState.Left)
        {
            _logger.Lost(life.Replica, Backend, _scheduler.Running);
        }

        try
        {
            _scheduler.EndLife();
            Do();
        }
        finally
        {
            _taken.Clear();
            _life = null;
            life.End();
        }
    }
}
