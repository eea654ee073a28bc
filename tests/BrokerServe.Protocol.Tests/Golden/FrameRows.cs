using System.Globalization;
using System.Text;
using BrokerServe.Protocol.Frames;

namespace BrokerServe.Protocol.Tests.Golden;

/// <summary>What stands in a frame, as something that can be compared and printed.</summary>
internal static class FrameRows
{
    public static string Of(in QueryFrameHeader header) =>
        $"incarnation {header.Incarnation}, epoch {header.Epoch}, router {Text(header.Router)}, key {Text(header.ReplyKey)}";

    public static string Of(in QueryView query)
    {
        var metadata = string.Join(", ", query.ReadMetadata().Select(entry => $"{entry.Key}={entry.Value}"));
        return $"{query.Ticket.Value} {query.TimeLeftMs} {query.DeadlineUnixMs} #{query.Attempt} {Convert.ToHexString(query.Payload)} "
            + $"'{Text(query.Method)}' '{Text(query.Endpoint)}' '{Text(query.ContentType)}' '{Text(query.MessageId)}' '{Text(query.AppId)}' "
            + $"'{Text(query.TraceParent)}' '{Text(query.TraceState)}' {{{metadata}}}";
    }

    public static string Of(in ReplyView reply) =>
        $"{reply.Ticket.Value} part {reply.Part} {reply.Status} '{Text(reply.ContentType)}' {Convert.ToHexString(reply.Payload)}";

    public static string Of(in RequestView request) =>
        $"{Text(request.CorrelationId)} {request.ExpirationMs?.ToString(CultureInfo.InvariantCulture) ?? "-"} {{{string.Join(", ", OfHeaders(request.Headers))}}} "
            + $"'{Text(request.Method)}' '{Text(request.ContentType)}' '{Text(request.MessageId)}' {Convert.ToHexString(request.Payload)}";

    public static string Of(in AnswerView answer) =>
        $"{Text(answer.CorrelationId)} {answer.Status?.ToString() ?? "unknown"} #{answer.Attempts} '{Text(answer.Backend)}' '{Text(answer.Replica)}' "
            + $"'{Text(answer.ContentType)}' '{Text(answer.MessageId)}' {Convert.ToHexString(answer.Payload)}";

    /// <summary>The headers that are said.</summary>
    public static List<string> OfHeaders(ReadOnlySpan<byte> headers)
    {
        var rows = new List<string>();
        var reader = new FrameHeaderReader(headers);
        while (reader.TryRead(out var header))
        {
            rows.Add($"{Text(header.Name)}={OfValue(header)}");
        }

        return rows;
    }

    /// <summary>All that can be read of a request frame.</summary>
    public static List<string> OfRequestFrame(ReadOnlySpan<byte> frame)
    {
        var rows = new List<string>();
        if (RequestFrameReader.TryOpen(frame, out var reader))
        {
            while (reader.TryRead(out var request))
            {
                rows.Add(Of(request));
            }
        }

        return rows;
    }

    /// <summary>All that can be read of an answer frame.</summary>
    public static List<string> OfAnswerFrame(ReadOnlySpan<byte> frame)
    {
        var rows = new List<string>();
        if (AnswerFrameReader.TryOpen(frame, out var reader))
        {
            while (reader.TryRead(out var answer))
            {
                rows.Add(Of(answer));
            }
        }

        return rows;
    }

    /// <summary>All that can be read of a query frame: its header, then its queries.</summary>
    public static List<string> OfQueryFrame(ReadOnlySpan<byte> frame)
    {
        var rows = new List<string>();
        if (QueryFrameReader.TryOpen(frame, out var header, out var reader))
        {
            rows.Add(Of(header));
            while (reader.TryRead(out var query))
            {
                rows.Add(Of(query));
            }
        }

        return rows;
    }

    /// <summary>All that can be read of a reply frame: its replica, then its replies.</summary>
    public static List<string> OfReplyFrame(ReadOnlySpan<byte> frame)
    {
        var rows = new List<string>();
        if (ReplyFrameReader.TryOpen(frame, out var replica, out var reader))
        {
            rows.Add(Text(replica));
            while (reader.TryRead(out var reply))
            {
                rows.Add(Of(reply));
            }
        }

        return rows;
    }

    private static string OfValue(in FrameHeader header) => header.Kind switch
    {
        FrameHeaderKind.Text => $"'{Text(header.Text)}'",
        FrameHeaderKind.Integer => header.Number.ToString(CultureInfo.InvariantCulture),
        FrameHeaderKind.Boolean => header.Number == 1 ? "true" : "false",
        _ => "?",
    };

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
