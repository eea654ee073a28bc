using System.Globalization;
using RabbitMQ.Client;

namespace BrokerServe.RabbitMq.Publishing;

/// <content>What the library reads when somebody listens to its activity source: it then copies everything to add a trace context.</content>
internal readonly partial struct OutboundHeader : IReadOnlyBasicProperties
{
    string? IReadOnlyBasicProperties.AppId => _properties.AppId;

    string? IReadOnlyBasicProperties.ClusterId => null;

    string? IReadOnlyBasicProperties.ContentEncoding => null;

    string? IReadOnlyBasicProperties.ContentType => _properties.ContentType;

    string? IReadOnlyBasicProperties.CorrelationId => _properties.CorrelationId;

    DeliveryModes IReadOnlyBasicProperties.DeliveryMode => _properties.Persistent ? DeliveryModes.Persistent : DeliveryModes.Transient;

    string? IReadOnlyBasicProperties.Expiration => Expiration(_properties)?.ToString(CultureInfo.InvariantCulture);

    IDictionary<string, object?>? IReadOnlyBasicProperties.Headers
    {
        get
        {
            if (_properties.Headers is null)
            {
                return null;
            }

            var headers = new Dictionary<string, object?>();
            ConfirmedProperties.Copy(_properties.Headers, headers);
            return headers;
        }
    }

    string? IReadOnlyBasicProperties.MessageId => _properties.MessageId;

    bool IReadOnlyBasicProperties.Persistent => _properties.Persistent;

    byte IReadOnlyBasicProperties.Priority => 0;

    string? IReadOnlyBasicProperties.ReplyTo => _properties.ReplyTo;

    PublicationAddress? IReadOnlyBasicProperties.ReplyToAddress => null;

    AmqpTimestamp IReadOnlyBasicProperties.Timestamp => default;

    string? IReadOnlyBasicProperties.Type => _properties.Type;

    string? IReadOnlyBasicProperties.UserId => null;

    bool IReadOnlyBasicProperties.IsAppIdPresent() => _properties.AppId is not null;

    bool IReadOnlyBasicProperties.IsClusterIdPresent() => false;

    bool IReadOnlyBasicProperties.IsContentEncodingPresent() => false;

    bool IReadOnlyBasicProperties.IsContentTypePresent() => _properties.ContentType is not null;

    bool IReadOnlyBasicProperties.IsCorrelationIdPresent() => _properties.CorrelationId is not null;

    bool IReadOnlyBasicProperties.IsDeliveryModePresent() => true;

    bool IReadOnlyBasicProperties.IsExpirationPresent() => _properties.ExpirationMs is not null;

    bool IReadOnlyBasicProperties.IsHeadersPresent() => _properties.Headers is not null;

    bool IReadOnlyBasicProperties.IsMessageIdPresent() => _properties.MessageId is not null;

    bool IReadOnlyBasicProperties.IsPriorityPresent() => false;

    bool IReadOnlyBasicProperties.IsReplyToPresent() => _properties.ReplyTo is not null;

    bool IReadOnlyBasicProperties.IsTimestampPresent() => false;

    bool IReadOnlyBasicProperties.IsTypePresent() => _properties.Type is not null;

    bool IReadOnlyBasicProperties.IsUserIdPresent() => false;
}
