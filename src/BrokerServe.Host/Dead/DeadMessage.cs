using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Dead;

/// <summary>One message of the dead queue.</summary>
/// <param name="Tag">Its delivery, while it is held.</param>
/// <param name="Id">The same each time it is looked at. Of messages that are alike in everything the second ends with <c>-2</c>.</param>
/// <param name="Properties">As they are.</param>
/// <param name="Bytes">The length of the body.</param>
/// <param name="Body">The request's payload, or an error body; null when nobody wanted to see it.</param>
internal sealed record DeadMessage(ulong Tag, string Id, MessageProperties Properties, int Bytes, byte[]? Body)
{
    /// <summary>Enough for the 100,000 messages that the queue holds: two of them have the same once in 60,000 queues.</summary>
    private const int IdDigits = 12;

    /// <summary>Facts about the request's end; everything else was the request's own.</summary>
    private static readonly string[] OfItsEnd =
        [HeaderNames.Endpoint, HeaderNames.Backend, HeaderNames.Attempts, HeaderNames.History, HeaderNames.Method];

    /// <summary>It holds the request, and not only why it failed.</summary>
    public bool IsCopy => IsCopyOf(Properties);

    /// <summary>The id that it shares with all that are alike in everything.</summary>
    public string Likeness => LikenessOf(Id);

    public string Endpoint => Text(HeaderNames.Endpoint);

    /// <summary>The handler's method; null for <c>__call__</c>.</summary>
    public string? Method => Text(HeaderNames.Method) is { Length: > 0 } method ? method : null;

    /// <summary>The headers that its producer had sent, without the deadline.</summary>
    public IEnumerable<KeyValuePair<string, HeaderValue>> RequestHeaders => Headers().Where(static header => !OfItsEnd.Contains(header.Key));

    public static bool IsCopyOf(in MessageProperties properties) => properties.Headers?.TryGetText(HeaderNames.History, out _) == true;

    /// <summary>An id of everything that there is to a message.</summary>
    public static string IdOf(in MessageProperties properties, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(
            $"{properties.Type}\n{properties.ContentType}\n{properties.AppId}\n{properties.MessageId}\n{properties.CorrelationId}\n"));
        foreach (var (name, value) in properties.Headers ?? [])
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}={Print(value)}\n"));
        }

        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..IdDigits];
    }

    /// <summary>The <see cref="Likeness"/> of the message with that id.</summary>
    public static string LikenessOf(string id) => id.Length > IdDigits ? id[..IdDigits] : id;

    /// <summary>One line.</summary>
    public string Line() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Id}  {Properties.Type}  {Endpoint}  attempts {Number(HeaderNames.Attempts)}  {(IsCopy ? $"{Bytes} bytes" : "no payload")}");

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
            json.WriteNumber("bytes", Bytes);
        }
        else if (Body is not null && ErrorBody.TryDecode(Body, out var error))
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
