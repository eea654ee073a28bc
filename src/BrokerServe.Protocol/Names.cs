using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace BrokerServe.Protocol;

/// <summary>What endpoints, backends, replicas and routers may be called.</summary>
public static class Names
{
    /// <summary>Longest name, so that a replica's queue, which has three of them in its name, stays below AMQP's 255 bytes: it has 250.</summary>
    public const int MaxLength = 80;

    /// <summary>Longest queue name or routing key, in bytes of UTF-8: AMQP's short string.</summary>
    public const int MaxQueueNameBytes = 255;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
    private static readonly SearchValues<byte> AllowedUtf8 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"u8);

    /// <summary>Checks a name: 1 to 80 of A-Z a-z 0-9 _ . - and beginning with a letter, a digit or _.</summary>
    public static bool IsValid([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= MaxLength } && name[0] is not ('.' or '-') && !name.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>The same for a name that still is UTF-8.</summary>
    public static bool IsValidUtf8(ReadOnlySpan<byte> utf8) =>
        utf8.Length is > 0 and <= MaxLength && utf8[0] is not ((byte)'.' or (byte)'-') && !utf8.ContainsAnyExcept(AllowedUtf8);

    /// <summary>Checks what AMQP can carry as a queue name or routing key; whether it is UTF-8 is known already.</summary>
    internal static bool IsQueueName(ReadOnlySpan<byte> utf8) => utf8.Length is > 0 and <= MaxQueueNameBytes;
}
