using System.Globalization;
using BrokerServe.Transport;
using RabbitMQ.Client;

namespace BrokerServe.RabbitMq.Publishing;

/// <summary>The properties of one message after the other, on a channel with confirms.</summary>
/// <remarks>
/// On such a channel the library wants a header dictionary that it can write to, and copies every other kind of properties into a new
/// object with one. So the publisher keeps one object and one dictionary and fills them anew each time; the library has encoded them before
/// the next message comes.
/// </remarks>
internal sealed class ConfirmedProperties
{
    private readonly BasicProperties _properties = new();
    private readonly Dictionary<string, object?> _headers = [];

    public BasicProperties Fill(in MessageProperties from)
    {
        _properties.ContentType = from.ContentType;
        _properties.Type = from.Type;
        _properties.CorrelationId = from.CorrelationId;
        _properties.ReplyTo = from.ReplyTo;
        _properties.MessageId = from.MessageId;
        _properties.AppId = from.AppId;
        _properties.Expiration = OutboundHeader.Expiration(from)?.ToString(CultureInfo.InvariantCulture);
        _properties.Persistent = from.Persistent;
        _headers.Clear();
        if (from.Headers is { } headers)
        {
            Copy(headers, _headers);
        }

        _properties.Headers = _headers;
        return _properties;
    }

    /// <summary>Copies what every client can read.</summary>
    public static void Copy(HeaderTable from, Dictionary<string, object?> to)
    {
        foreach (var (name, value) in from.AsSpan())
        {
            switch (value.Kind)
            {
                case HeaderKind.Text:
                    to[name] = value.Text;
                    break;
                case HeaderKind.Integer:
                    to[name] = value.Integer;
                    break;
                case HeaderKind.Boolean:
                    to[name] = value.Boolean;
                    break;
            }
        }
    }
}
