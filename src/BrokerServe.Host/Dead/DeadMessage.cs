using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BrokerServe.Client;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Dead;

/// <summary>One message of the dead queue.</summary>
/// <param name="Tag">Its delivery, while it is held.</param>
/// <param name="Properties">As they are.</param>
/// <param name="Body">The request's payload, or an error body.</param>
internal sealed record DeadMessage(ulong Tag, MessageProperties Properties, byte[] Body)
{
    /// <summary>The same each time it is looked at; messages that are alike in everything share it.</summary>
    public string Id { get; } = IdOf(Properties, Body);

    /// <summary>It holds the request, and not only why it failed.</summary>
    public bool IsCopy => Properties.Headers?.TryGetText(HeaderNames.History, out _) == true;

    public string Endpoint => Text(HeaderNames.Endpoint);

    /// <summary>How it is called again.</summary>
    public InvokeOptions CallOptions(TimeSpan timeout) => new()
    {
        Timeout = timeout,
        Method = Text(HeaderNames.Method) is { Length: > 0 } method ? method : null,
        Priority = (int)Number(HeaderNames.Priority),
        MessageId = Properties.MessageId,
        ContentType = Properties.ContentType,
        Metadata = Headers().Where(static header => header.Key.StartsWith(HeaderNames.MetadataPrefix, StringComparison.Ordinal))
            .ToDictionary(static header => header.Key[HeaderNames.MetadataPrefix.Length..], static header => header.Value.Text, StringComparer.Ordinal),
    };

    /// <summary>One line.</summary>
    public string Line() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Id}  {Properties.Type}  {Endpoint}  attempts {Number(HeaderNames.Attempts)}  {(IsCopy ? $"{Body.Length} bytes" : "no payload")}");

    /// <summary>All that is known.</summary>
    public void Write(Utf8JsonWriter json, bool whole)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("code", Properties.Type);
        json.WriteString("endpoint", Endpoint);
        json.WriteString("backend", Text(HeaderNames.Backend));
        json.WriteNumber("attempts", Number(HeaderNames.Attempts));
        json.WriteBoolean("replayable", IsCopy);
        json.WriteString("message_id", Properties.MessageId);
        json.WriteString("app_id", Properties.AppId);
        json.WriteString("correlation_id", Properties.CorrelationId);
        if (IsCopy)
        {
            json.WriteString("history", Text(HeaderNames.History));
            json.WriteNumber("bytes", Body.Length);
        }
        else if (ErrorBody.TryDecode(Body, out var error))
        {
            json.WriteString("message", error.Message);
        }

        if (whole)
        {
            json.WriteString("content_type", Properties.ContentType);
            json.WriteStartObject("headers");
            foreach (var (name, value) in Headers())
            {
                json.WriteString(name, Print(value));
            }

            json.WriteEndObject();
            json.WriteBase64String("body", Body);
        }

        json.WriteEndObject();
    }

    private static string IdOf(in MessageProperties properties, byte[] body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(
            $"{properties.Type}\n{properties.ContentType}\n{properties.AppId}\n{properties.MessageId}\n{properties.CorrelationId}\n"));
        foreach (var (name, value) in properties.Headers ?? [])
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}={Print(value)}\n"));
        }

        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    private static string Print(HeaderValue value) => value.Kind switch
    {
        HeaderKind.Text => value.Text,
        HeaderKind.Boolean => value.Boolean ? "true" : "false",
        _ => value.Integer.ToString(CultureInfo.InvariantCulture),
    };

    private IEnumerable<KeyValuePair<string, HeaderValue>> Headers() => Properties.Headers ?? [];

    private string Text(string header) => Properties.Headers?.TryGetText(header, out var text) == true ? text : "";

    private long Number(string header) => Properties.Headers?.TryGetInteger(header, out var number) == true ? number : 0;
}
