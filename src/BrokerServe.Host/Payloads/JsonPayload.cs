using System.Text.Json;
using BrokerServe.Client;
using MessagePack;

namespace BrokerServe.Host.Payloads;

/// <summary>JSON on the command line, MessagePack on the wire.</summary>
internal static class JsonPayload
{
    private const string JsonContentType = "application/json";

    private static readonly MessagePackSerializerOptions Untrusted =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    /// <summary>Writes JSON as MessagePack.</summary>
    /// <exception cref="UsageException">The text is not JSON.</exception>
    public static byte[] ToMessagePack(string json)
    {
        try
        {
            // Read by a strict parser first: the converter takes much for JSON that is none.
            using var document = JsonDocument.Parse(json);
            return MessagePackSerializer.ConvertFromJson(json, Untrusted);
        }
        catch (Exception fault) when (fault is JsonException or MessagePackSerializationException)
        {
            throw new UsageException($"The payload is not JSON ({fault.Message}). Leave --json away to send it as text.");
        }
    }

    /// <summary>Prints a reply as JSON; null when it is neither MessagePack nor JSON.</summary>
    public static string? ToJson(RawReply reply)
    {
        try
        {
            if (reply.ContentType == JsonContentType)
            {
                using var document = JsonDocument.Parse(reply.Body);
                return document.RootElement.GetRawText();
            }

            return reply.Body.IsEmpty ? "null" : MessagePackSerializer.ConvertToJson(reply.Body, Untrusted);
        }
        catch (Exception fault) when (fault is JsonException or MessagePackSerializationException or EndOfStreamException)
        {
            return null;
        }
    }
}
