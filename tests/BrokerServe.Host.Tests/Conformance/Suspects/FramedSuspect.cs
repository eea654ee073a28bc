using System.Buffers;
using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using MessagePack;

namespace BrokerServe.Host.Tests.Conformance.Suspects;

/// <summary>A suspect that speaks the framed dialect.</summary>
internal sealed class FramedSuspect(IBroker broker, Fault fault) : Suspect(broker, fault)
{
    private readonly Dictionary<string, Known> _routers = [];

    protected override Dialect Dialect => Dialect.Framed;

    protected override Suspect Successor() => new FramedSuspect(Broker, Fault);

    protected override void Receive(in Delivery message)
    {
        if (message.Properties.ContentType != ContentTypes.Queries || !QueryFrameReader.TryOpen(message.Body, out var header, out var reader))
        {
            return;
        }

        var (name, key) = (Encoding.UTF8.GetString(header.Router), Encoding.UTF8.GetString(header.ReplyKey));
        lock (Gate)
        {
            var router = Find(name);
            if ((header.Incarnation < router.Incarnation || header.Epoch < router.Epoch) && Fault != Fault.AnswersOldIncarnations)
            {
                return;
            }

            if (header.Epoch >= router.Epoch && (router.ReplyKey.Length == 0 || Fault != Fault.KeepsTheOldReplyKey))
            {
                (router.Epoch, router.ReplyKey) = (header.Epoch, key);
            }

            while (reader.TryRead(out var query))
            {
                var ticket = $"{query.Ticket.Value}";
                if (Fault == Fault.RunsRepeatedTickets || !Held.Exists(held => held.Router == name && held.Ticket == ticket))
                {
                    Take(new HeldQuery(ticket, name, TextOf(query.Method), query.Payload.ToArray(), EndsAtMs(query.TimeLeftMs, query.DeadlineUnixMs))
                    {
                        ReplyTo = key,
                        Epoch = header.Epoch,
                    });
                }
            }
        }
    }

    protected override void Obey(ReplicaCommand command)
    {
        base.Obey(command);
        switch (command)
        {
            case CancelCommand cancel when Fault != Fault.IgnoresCancel:
                Cancel(held => held.Router == cancel.Router && cancel.Tickets.Any(ticket => $"{ticket.Value}" == held.Ticket));
                break;
            case ConfigureCommand configure when Fault != Fault.IgnoresConfigure:
                Limit = Math.Min(OwnLimit, configure.MaxConcurrent ?? OwnLimit);
                break;
            case SyncCommand sync:
                Sync(sync);
                break;
        }
    }

    protected override void Answer(HeldQuery query, string code, string? contentType, byte[] body)
    {
        string key;
        lock (Gate)
        {
            key = Find(query.Router).ReplyKey;
        }

        ReplyStatuses.TryParse(code, out var status);
        Say(Names.Replies, key, new MessageProperties { ContentType = ContentTypes.Replies }, Frame(query, code == "exhausted" ? 200 : (int)status, contentType, body));
    }

    private void Sync(SyncCommand sync)
    {
        Ticket[] tickets;
        lock (Gate)
        {
            var router = Find(sync.Router);
            if (sync.Incarnation < router.Incarnation && Fault != Fault.AnswersOldSyncs)
            {
                return;
            }

            (router.Incarnation, router.Epoch) = (Math.Max(router.Incarnation, sync.Incarnation), sync.Epoch);
            router.ReplyKey = Fault == Fault.KeepsTheOldReplyKey ? router.ReplyKey : sync.ReplyKey;
            tickets = Fault == Fault.ReportsNothing ? [] : [.. Held.Where(held => held.Router == sync.Router).Select(held => new Ticket(ulong.Parse(held.Ticket, null)))];
        }

        Cancel(held => held.Router == sync.Router && held.Epoch < sync.Epoch);
        Say(Names.Replies, sync.ReplyKey, new MessageProperties { ContentType = ContentTypes.Held }, new HeldReport(Replica, sync.Incarnation, tickets).Encode());
    }

    private void Cancel(Func<HeldQuery, bool> which)
    {
        lock (Gate)
        {
            Held.Where(held => !held.HasBegun && which(held)).ToList().ForEach(held => held.IsCancelled = true);
        }
    }

    private Known Find(string router) => _routers.TryGetValue(router, out var known) ? known : _routers[router] = new Known();

    private byte[] Frame(HeldQuery query, int status, string? contentType, byte[] body)
    {
        var ticket = ulong.Parse(query.Ticket, null);
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(3);
        writer.Write(1);
        writer.Write(Replica);
        writer.WriteArrayHeader(1);
        writer.WriteArrayHeader(5);
        writer.Write(Fault == Fault.RoundsTickets ? (ulong)(double)ticket : ticket);
        writer.Write(0);
        if (Fault == Fault.WritesFloats)
        {
            writer.Write((double)status);
        }
        else
        {
            writer.Write(status);
        }

        writer.Write(contentType);
        writer.Write(body);
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static string? TextOf(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);

    private sealed class Known
    {
        public uint Incarnation { get; set; }

        public uint Epoch { get; set; }

        public string ReplyKey { get; set; } = "";
    }
}
