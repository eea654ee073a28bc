using System.Buffers;
using BrokerServe.Protocol;
using MessagePack;
using MessagePack.Resolvers;

namespace BrokerServe.Worker;

/// <summary>MessagePack, the default: the payload of the .NET client, and of any language that has a MessagePack library.</summary>
/// <remarks>
/// Contractless by default: a class is a map from member names to values, so that no type needs an attribute, a Python or JavaScript
/// producer writes a plain dictionary, and members may come and go without breaking old callers. Types with MessagePack's own attributes
/// keep what these say. Types must be public. Payloads come from anyone, so the options expect hostile data.
/// </remarks>
/// <param name="options">How to read and write; <see cref="Default"/> has those of the .NET client.</param>
public sealed class MessagePackPayloadSerializer(MessagePackSerializerOptions options) : IPayloadSerializer
{
    /// <summary>What many HTTP libraries say for MessagePack.</summary>
    private const string OldContentType = "application/x-msgpack";

    /// <summary>The serializer with default options.</summary>
    public static MessagePackPayloadSerializer Default { get; } =
        new(ContractlessStandardResolver.Options.WithSecurity(MessagePackSecurity.UntrustedData));

    /// <inheritdoc/>
    public string ContentType => ContentTypes.MessagePack;

    /// <inheritdoc/>
    public bool Reads(string contentType) => contentType is ContentTypes.MessagePack or OldContentType;

    /// <inheritdoc/>
    public T Read<T>(ReadOnlyMemory<byte> payload) => MessagePackSerializer.Deserialize<T>(payload, options);

    /// <inheritdoc/>
    public void Write<T>(IBufferWriter<byte> destination, T value) => MessagePackSerializer.Serialize(destination, value, options);
}
