using System.Diagnostics;
using System.Globalization;

namespace BrokerServe.Protocol;

/// <summary>Names one attempt at one request while it is at a replica: the id of a query, echoed in its reply.</summary>
/// <remarks>
/// Opaque to workers, who only echo it (as a number in frames, as decimal text in the plain dialect). For the router it is the
/// address of a slot: 12 bits of dispatch loop, 20 bits of slot index, 32 bits of generation, from high to low. A slot's generation
/// advances each time it is opened anew, so a late or repeated reply can never touch another attempt.
/// </remarks>
/// <param name="Value">The 64 bits.</param>
public readonly record struct Ticket(ulong Value)
{
    /// <summary>Dispatch loops that a router can have: 12 bits.</summary>
    public const int MaxLoops = 1 << 12;

    /// <summary>Slots that a loop can have: 20 bits.</summary>
    public const int MaxSlots = 1 << 20;

    /// <summary>Puts a ticket together.</summary>
    /// <param name="loop">0 to <see cref="MaxLoops"/> less 1.</param>
    /// <param name="index">0 to <see cref="MaxSlots"/> less 1.</param>
    /// <param name="generation">Which use of the slot this is.</param>
    public Ticket(int loop, int index, uint generation)
        : this(((ulong)(uint)loop << 52) | ((ulong)(uint)index << 32) | generation)
    {
        Debug.Assert(loop is >= 0 and < MaxLoops, "The loop would run over the other bits.");
        Debug.Assert(index is >= 0 and < MaxSlots, "The index would run over the loop's bits.");
    }

    /// <summary>The dispatch loop that owns the slot.</summary>
    public int Loop => (int)(Value >> 52);

    /// <summary>The slot's place in its loop's table.</summary>
    public int Index => (int)(Value >> 32) & (MaxSlots - 1);

    /// <summary>Which use of the slot this is.</summary>
    public uint Generation => (uint)Value;

    /// <summary>The ticket as the plain dialect writes it: a decimal number without sign or leading zeros, 20 digits at most.</summary>
    public string ToCorrelationId() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="ToCorrelationId"/> wrote; false for every other text, also for another way to write the number.</summary>
    public static bool TryParseCorrelationId(string? text, out Ticket ticket)
    {
        // .NET's parser alone would let trailing NULs pass.
        var value = 0ul;
        var read = text is { Length: > 0 }
            && !text.AsSpan().ContainsAnyExceptInRange('0', '9')
            && (text.Length == 1 || text[0] != '0')
            && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        ticket = read ? new Ticket(value) : default;
        return read;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Value:X16}";
}
