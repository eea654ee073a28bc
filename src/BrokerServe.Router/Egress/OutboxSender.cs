using System.Diagnostics;
using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Mailboxes;
using BrokerServe.Router.Telemetry;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Egress;

/// <summary>Carries out what a dispatcher decided in a turn: encodes queries and commands for the publishing loop, hands answers on.</summary>
/// <remarks>Owned by one dispatch loop, called between its turns.</remarks>
internal sealed class OutboxSender(
    string router, RouterClock clock, FramePublisher frames, AnswerDesk answers, RouterMetrics metrics, FrameCredit credit)
{
    private static readonly MessageProperties QueriesProperties = new() { ContentType = ContentTypes.Queries };
    private static readonly MessageProperties CommandProperties = new() { ContentType = ContentTypes.Command };

    private readonly NodePool<OutboundFrame> _frames = new(() => new OutboundFrame());
    private readonly byte[] _router = Encoding.UTF8.GetBytes(router);
    private readonly List<ActivityContext> _sampled = []; // The spans of the frame that is being written.
    private SyncCommand? _sync;
    private byte[] _replyKey = [];

    public void Send(Outbox outbox, SyncCommand? sync)
    {
        if (!ReferenceEquals(sync, _sync))
        {
            _sync = sync;
            _replyKey = Encoding.UTF8.GetBytes(sync?.ReplyKey ?? "");
        }

        foreach (var replica in outbox.Recipients)
        {
            SendQueries(replica);
        }

        foreach (var (replica, command) in outbox.Commands)
        {
            if (!frames.IsConnected)
            {
                break; // All of it is said anew on the next connection, after a sync; until then it would only pile up.
            }

            Post(replica.Queue, CommandProperties, PooledBytes.CopyOf(command.Encode()));
        }

        foreach (var request in outbox.Answers)
        {
            answers.Take(request);
        }

        foreach (var request in outbox.Dropped)
        {
            answers.Drop(request);
        }

        foreach (var request in outbox.Requeued)
        {
            answers.Requeue(request);
        }
    }

    private void SendQueries(Replica replica)
    {
        if (replica.Dialect == Dialect.Plain)
        {
            foreach (var query in replica.Decided)
            {
                Post(replica.Queue, PlainQuery.PropertiesOf(query, _sync!.ReplyKey, replica.IsStatic, clock), PlainQuery.BodyOf(query.Request));
                Dispatched(query.Request, clock.NowUs);
            }

            return;
        }

        // A frame ends before the query that would take it over the bound; a larger query travels alone.
        var decided = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(replica.Decided);
        while (!decided.IsEmpty)
        {
            var count = QueriesThatFit(decided, out var bytes);
            SendFrame(replica, decided[..count], bytes);
            decided = decided[count..];
        }
    }

    private static int QueriesThatFit(ReadOnlySpan<QueryDecision> decided, out int bytes)
    {
        bytes = 0;
        for (var count = 0; count < decided.Length; count++)
        {
            var more = QueryFrameWriter.MaxQueryOverheadBytes + decided[count].Request.Call.Length;
            if (count > 0 && bytes + more > FrameLimits.MaxFrameBytes)
            {
                return count;
            }

            bytes += more;
        }

        return decided.Length;
    }

    private void SendFrame(Replica replica, ReadOnlySpan<QueryDecision> decided, int bytes)
    {
        var header = new QueryFrameHeader { Incarnation = _sync!.Incarnation, Epoch = _sync.Epoch, Router = _router, ReplyKey = _replyKey };
        var buffer = BufferPool.Rent(QueryFrameWriter.MaxHeaderBytes(header) + bytes);
        var writer = new QueryFrameWriter(buffer, header, decided.Length);
        var nowUs = clock.NowUs;
        var nowMs = nowUs / 1_000;
        _sampled.Clear();
        foreach (ref readonly var query in decided)
        {
            var request = query.Request;
            if (request.Activity is { IsAllDataRequested: true } span)
            {
                _sampled.Add(span.Context);
            }

            writer.Write(query.Ticket, request.DeadlineMs - nowMs, request.DeadlineUnixMs, query.Attempt, request.Call.Span);
            Dispatched(request, nowUs);
        }

        Post(replica.Queue, QueriesProperties, PooledBytes.TakeOver(buffer, writer.Length));
        if (decided.Length > 1 && _sampled.Count > 0)
        {
            RouterTraces.Frame("send", replica.Backend, decided.Length, _sampled);
        }
    }

    private void Dispatched(Request request, long nowUs)
    {
        request.SentUs = nowUs;
        metrics.Dispatched(request);
        if (request.AtMostOnce)
        {
            // At most once: from here on the broker knows it no more, whatever happens, nor those that came in the same message.
            request.Delivery?.SettleEarly();
            request.Delivery?.EndMember();
            request.Delivery = null;
        }
    }

    private void Post(string queue, in MessageProperties properties, PooledBytes body)
    {
        credit.Spend();
        frames.Post(_frames.Rent().Fill("", queue, properties, body, credit, _frames));
    }
}
