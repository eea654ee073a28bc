using System.Globalization;
using System.Text;
using BrokerServe.Host.Conformance.Reading;
using BrokerServe.Host.Conformance.Stand;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;

namespace BrokerServe.Host.Conformance.Worker;

/// <summary>Takes the messages at the reply queues apart.</summary>
/// <param name="replies">Gets what is a reply.</param>
/// <param name="faults">Gets, in whole sentences, what is wrong with messages that are meant as replies.</param>
internal sealed class ReplyReader(Journal<Reply> replies, Journal<string> faults)
{
    private const int TicketField = 0;
    private const int StatusField = 2;

    /// <summary>A plain reply: everything is in its properties.</summary>
    public void TakePlain(ReceivedMessage message)
    {
        if (message.Properties.CorrelationId is { Length: > 0 } id)
        {
            var code = message.Properties.Type is { Length: > 0 } type ? type : Reply.OkCode;
            replies.Add(new Reply(id, message.Queue, code, message.Properties.ContentType, message.Body, message.At));
        }
        else
        {
            faults.Add("A reply came without a correlation id.");
        }
    }

    /// <summary>A frame of replies.</summary>
    /// <param name="message">The message.</param>
    /// <param name="replica">Who must have sent it.</param>
    public void TakeFrame(ReceivedMessage message, string replica)
    {
        if (message.Properties.ContentType != ContentTypes.Replies)
        {
            faults.Add($"A message of content type '{message.Properties.ContentType}' came to the reply queue.");
            return;
        }

        if (!ReplyFrameReader.TryOpen(message.Body, out var sender, out var reader))
        {
            faults.Add(PackTree.TryRead(message.Body, out _, out var broken)
                ? "A reply frame came that is not [version, replica, [reply, ...]]."
                : $"A reply frame came that cannot be read: {broken}");
            return;
        }

        CheckFrame(message, Encoding.UTF8.GetString(sender), replica, reader.Remaining);
        var tree = PackTree.TryRead(message.Body, out var value, out _) ? ((object?[])value!)[2] as object?[] : null;
        for (var i = 0; reader.TryRead(out var view); i++)
        {
            if (view.Part != 0)
            {
                faults.Add($"The reply to {view.Ticket.Value} is part {view.Part}; parts other than 0 are reserved.");
            }

            replies.Add(new Reply(
                view.Ticket.Value.ToString(CultureInfo.InvariantCulture),
                message.Queue,
                CodeOf(tree?[i], view.Status),
                view.ContentType.IsEmpty ? null : Encoding.UTF8.GetString(view.ContentType),
                view.Payload.ToArray(),
                message.At));
        }

        if (reader.Remaining > 0)
        {
            faults.Add($"A reply frame came of which the last {reader.Remaining} cannot be read{WhatIsWrong(tree)}.");
        }
    }

    private void CheckFrame(ReceivedMessage message, string sender, string replica, int count)
    {
        if (sender != replica)
        {
            faults.Add($"A reply frame says that it comes of '{sender}'; the replica is '{replica}'.");
        }

        if (count > 1 && message.Body.Length > FrameLimits.MaxFrameBytes)
        {
            faults.Add($"A reply frame with {count} members has {message.Body.Length} bytes; with more than one it may have {FrameLimits.MaxFrameBytes}.");
        }
    }

    // The router's reader makes of every number that it does not know a handler_error.
    private static string CodeOf(object? reply, ReplyStatus read) =>
        reply is object?[] fields && fields.Length > StatusField
            && !PackTree.IsInteger(fields[StatusField], 0, (long)Enum.GetValues<ReplyStatus>().Max())
            ? $"{fields[StatusField]}"
            : read.Name();

    private static string WhatIsWrong(object?[]? tree)
    {
        var bad = tree?.OfType<object?[]>().FirstOrDefault(fields => fields.Length > StatusField
            && (fields[TicketField] is not ulong && !PackTree.IsInteger(fields[TicketField], 0, long.MaxValue)
                || !PackTree.IsInteger(fields[StatusField], 0, long.MaxValue)));
        return bad is null ? "" : $": ticket is {PackTree.KindOf(bad[TicketField])}, status is {PackTree.KindOf(bad[StatusField])}";
    }
}
