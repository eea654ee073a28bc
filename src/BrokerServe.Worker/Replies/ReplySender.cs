using System.Text;
using System.Threading.Channels;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Worker.Replies;

/// <summary>
/// The publishing loop of one life of a replica: sends what is there, one frame for each router, and never waits for more.
/// </summary>
/// <remarks>
/// The replica's loop writes, this loop reads. What waits here is bounded by the replica's loop: it settles no more deliveries while
/// <see cref="Pending"/> is high, and what is not settled is not followed by more.
/// </remarks>
internal sealed class ReplySender
{
    /// <summary>Most replies in a frame: at 64 bytes each a quarter of the bytes, beyond which a frame saves nothing more.</summary>
    private const int MaxFrameReplies = 1_024;

    private readonly Channel<Outgoing> _waiting = Channel.CreateUnbounded<Outgoing>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly ObjectNames _names;
    private readonly ReplicaAnnouncement _self;
    private readonly byte[] _replica;
    private readonly int _headerBytes;
    private readonly List<ReplyGroup> _groups = [];
    private (string Text, byte[] Utf8) _lastContentType = ("", []);
    private int _usedGroups;
    private int _pending;

    /// <param name="names">The system's exchanges.</param>
    /// <param name="self">What the replica announces, whatever it announces.</param>
    public ReplySender(ObjectNames names, ReplicaAnnouncement self)
    {
        _names = names;
        _self = self;
        _replica = Encoding.UTF8.GetBytes(self.Replica);
        _headerBytes = ReplyFrameWriter.MaxHeaderBytes(_replica);
    }

    /// <summary>What was posted and not handed to the broker yet.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Adds something to be said. The replica's loop only.</summary>
    public void Post(in Outgoing outgoing)
    {
        Interlocked.Increment(ref _pending);
        _waiting.Writer.TryWrite(outgoing);
    }

    /// <summary>Nothing more will be said; <see cref="RunAsync"/> ends when what is there was sent.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Sends until <see cref="Complete"/>.</summary>
    /// <exception cref="BrokerException">The channel has ended. What was not sent is lost with this life.</exception>
    public async Task RunAsync(IPublisher publisher)
    {
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            // At the end of the thread pool's queue: handlers that are ready to end are heard first, and their replies travel in company.
            await Task.Yield();

            // Step 1: take what is there, and put replies for one router together.
            while (_waiting.Reader.TryRead(out var outgoing))
            {
                if (outgoing.Kind == OutgoingKind.Reply)
                {
                    await CollectAsync(publisher, outgoing).ConfigureAwait(false);
                }
                else
                {
                    // What was ready before a report or a leave must arrive before it.
                    await FlushAsync(publisher).ConfigureAwait(false);
                    await SayAsync(publisher, outgoing).ConfigureAwait(false);
                }
            }

            // Step 2: send it. While that takes, more becomes ready.
            await FlushAsync(publisher).ConfigureAwait(false);
        }
    }

    private async ValueTask CollectAsync(IPublisher publisher, Outgoing reply)
    {
        var group = GroupOf(reply.Route!);
        var bytes = SizeOf(reply);
        if (group.Replies.Count == MaxFrameReplies || (group.Replies.Count > 0 && group.Bytes + bytes > FrameLimits.MaxFrameBytes))
        {
            await SendAsync(publisher, group).ConfigureAwait(false);
        }

        group.Replies.Add(reply);
        group.Bytes += bytes;
    }

    private ReplyGroup GroupOf(ReplyRoute route)
    {
        for (var i = 0; i < _usedGroups; i++)
        {
            if (_groups[i].Route == route)
            {
                return _groups[i];
            }
        }

        if (_usedGroups == _groups.Count)
        {
            _groups.Add(new ReplyGroup());
        }

        var group = _groups[_usedGroups++];
        group.Route = route;
        group.Bytes = _headerBytes;
        return group;
    }

    private async ValueTask FlushAsync(IPublisher publisher)
    {
        for (var i = 0; i < _usedGroups; i++)
        {
            if (_groups[i].Replies.Count > 0)
            {
                await SendAsync(publisher, _groups[i]).ConfigureAwait(false);
            }

            _groups[i].Clear();
        }

        _usedGroups = 0;
    }

    /// <summary>Sends a group's replies as one frame, and leaves the group empty.</summary>
    private async ValueTask SendAsync(IPublisher publisher, ReplyGroup group)
    {
        var buffer = BufferPool.Rent(group.Bytes);
        try
        {
            var length = Write(buffer, group.Replies);
            await PublishAsync(publisher, _names.Replies, group.Route!.Key, ContentTypes.Replies, buffer.AsMemory(0, length))
                .ConfigureAwait(false);
        }
        finally
        {
            BufferPool.Return(buffer);
        }

        Interlocked.Add(ref _pending, -group.Replies.Count);
        group.Replies.Clear();
        group.Bytes = _headerBytes;
    }

    private int Write(Span<byte> destination, List<Outgoing> replies)
    {
        var writer = new ReplyFrameWriter(destination, _replica, replies.Count);
        foreach (var reply in replies)
        {
            writer.Write(new ReplyView
            {
                Ticket = reply.Ticket,
                Status = reply.Status,
                ContentType = Utf8Of(reply.ContentType),
                Payload = reply.Payload.Span,
            });
        }

        return writer.Length;
    }

    private async ValueTask SayAsync(IPublisher publisher, Outgoing outgoing)
    {
        if (outgoing.Kind == OutgoingKind.Held)
        {
            await PublishAsync(publisher, _names.Replies, outgoing.Route!.Key, ContentTypes.Held, outgoing.Report!.Encode())
                .ConfigureAwait(false);
        }
        else
        {
            var announcement = _self with { Kind = outgoing.Announcement, Held = outgoing.HeldCount };
            await PublishAsync(publisher, _names.Replicas, "", ContentTypes.Announcement, announcement.Encode()).ConfigureAwait(false);
        }

        Interlocked.Decrement(ref _pending);
    }

    private ValueTask PublishAsync(IPublisher publisher, string exchange, string key, string contentType, ReadOnlyMemory<byte> body) =>
        publisher.PublishAsync(new OutboundMessage(
            exchange,
            key,
            Mandatory: exchange == _names.Replies, // A reply that comes back says that its router is gone; announcements may find nobody.
            new MessageProperties { ContentType = contentType },
            body));

    private int SizeOf(in Outgoing reply) =>
        ReplyFrameWriter.MaxReplyOverheadBytes + Utf8Of(reply.ContentType).Length + reply.Payload.Length;

    /// <summary>Most replies have the content type of the one before.</summary>
    private ReadOnlySpan<byte> Utf8Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return default;
        }

        if (!string.Equals(_lastContentType.Text, text, StringComparison.Ordinal))
        {
            _lastContentType = (text, Encoding.UTF8.GetBytes(text));
        }

        return _lastContentType.Utf8;
    }
}
