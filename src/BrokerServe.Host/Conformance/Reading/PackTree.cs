using System.Diagnostics.CodeAnalysis;
using MessagePack;
using MessagePack.Resolvers;

namespace BrokerServe.Host.Conformance.Reading;

/// <summary>MessagePack as a tree of .NET values, to say what is wrong with a body and not only that something is.</summary>
internal static class PackTree
{
    private static readonly MessagePackSerializerOptions Untrusted =
        MessagePackSerializerOptions.Standard.WithResolver(PrimitiveObjectResolver.Instance).WithSecurity(MessagePackSecurity.UntrustedData);

    /// <summary>Reads a body that is exactly one value.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, out object? value, [NotNullWhen(false)] out string? fault)
    {
        value = null;
        try
        {
            value = MessagePackSerializer.Deserialize<object?>(body, Untrusted, out var bytesRead);
            fault = bytesRead == body.Length ? null : $"{body.Length - bytesRead} bytes follow its MessagePack value.";
        }
        catch (Exception broken) when (broken is MessagePackSerializationException or EndOfStreamException)
        {
            fault = $"Its {body.Length} bytes are no MessagePack value.";
        }

        return fault is null;
    }

    /// <summary>Reads a body that is a map.</summary>
    public static bool TryReadMap(
        ReadOnlyMemory<byte> body, [NotNullWhen(true)] out IReadOnlyDictionary<object, object?>? map, [NotNullWhen(false)] out string? fault)
    {
        map = TryRead(body, out var value, out fault) ? value as IReadOnlyDictionary<object, object?> : null;
        fault ??= map is null ? $"Its body is {KindOf(value)}, not a map." : null;
        return map is not null;
    }

    /// <summary>Whether a value is a whole number in a range.</summary>
    public static bool IsInteger(object? value, long least, long most) => value switch
    {
        ulong big => least <= most && big <= (ulong)most && (least < 0 || big >= (ulong)least),
        sbyte or byte or short or ushort or int or uint or long =>
            Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) is var number && number >= least && number <= most,
        _ => false,
    };

    /// <summary>What a value is, for people.</summary>
    public static string KindOf(object? value) => value switch
    {
        null => "nil",
        bool => "a boolean",
        sbyte or byte or short or ushort or int or uint or long or ulong => $"the number {value}",
        float or double => "a float",
        string text => $"the text '{text}'",
        byte[] => "bytes",
        object?[] => "an array",
        IReadOnlyDictionary<object, object?> => "a map",
        _ => "an extension type",
    };
}
