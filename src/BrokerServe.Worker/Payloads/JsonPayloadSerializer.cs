using System.Buffers;
using System.Text.Json;

namespace BrokerServe.Worker;

/// <summary>JSON, for producers that have nothing else: ten lines of any language can call a typed handler.</summary>
/// <param name="options">How to read and write; the web defaults (camel case, names in any case) unless said otherwise.</param>
public sealed class JsonPayloadSerializer(JsonSerializerOptions? options = null) : IPayloadSerializer
{
    private readonly JsonSerializerOptions _options = options ?? JsonSerializerOptions.Web;

    /// <inheritdoc/>
    public string ContentType => "application/json";

    /// <inheritdoc/>
    public bool Reads(string contentType) =>
        contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == "application/json".Length || contentType["application/json".Length] is ';' or ' ');

    /// <inheritdoc/>
    public T Read<T>(ReadOnlyMemory<byte> payload) => JsonSerializer.Deserialize<T>(payload.Span, _options)!;

    /// <inheritdoc/>
    public void Write<T>(IBufferWriter<byte> destination, T value)
    {
        using var writer = new Utf8JsonWriter(destination);
        JsonSerializer.Serialize(writer, value, _options);
    }
}
