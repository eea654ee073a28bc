using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace BrokerServe.Client.Calls;

/// <summary>Names one call within one client: the slot that it lives in, and which use of the slot it is.</summary>
/// <param name="Value">44 bits of generation above 20 of index; never 0, because generations count from 1. A slot that is used 300,000
/// times a second comes round after almost two years.</param>
internal readonly record struct CallId(ulong Value)
{
    /// <summary>Slots that can be told apart: 20 bits, twice what the largest <see cref="BrokerServeClientOptions.MaxPendingCalls"/> needs.</summary>
    private const int IndexBits = 20;

    // 64 bits in hexadecimal.
    private const int MaxDigits = 16;

    public CallId(int index, ulong generation)
        : this((generation << IndexBits) | (uint)index)
    {
    }

    public int Index => (int)(Value & ((1 << IndexBits) - 1));

    public ulong Generation => Value >> IndexBits;

    /// <summary>The correlation id: the client's prefix, which makes it unique among all clients, and the number.</summary>
    public string ToCorrelationId(string prefix) => string.Create(
        prefix.Length + DigitCount(Value),
        (prefix, Value),
        static (text, call) =>
        {
            call.prefix.CopyTo(text);
            call.Value.TryFormat(text[call.prefix.Length..], out _, "x", CultureInfo.InvariantCulture);
        });

    /// <summary>Reads what <see cref="ToCorrelationId"/> wrote; false for anything else that a hostile or confused party may send.</summary>
    public static bool TryParse([NotNullWhen(true)] string? correlationId, string prefix, out CallId id)
    {
        id = default;
        if (correlationId is null || !correlationId.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var digits = correlationId.AsSpan(prefix.Length);
        if (digits.Length is 0 or > MaxDigits
            || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        id = new CallId(value);
        return true;
    }

    /// <summary>Reads what <see cref="ToCorrelationId"/> wrote, as it stands in a frame.</summary>
    public static bool TryParse(ReadOnlySpan<byte> correlationId, ReadOnlySpan<byte> prefix, out CallId id)
    {
        id = default;
        if (!correlationId.StartsWith(prefix))
        {
            return false;
        }

        var digits = correlationId[prefix.Length..];
        if (digits.Length is 0 or > MaxDigits
            || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        id = new CallId(value);
        return true;
    }

    private static int DigitCount(ulong value) => 16 - (BitOperations.LeadingZeroCount(value | 1) / 4);
}
