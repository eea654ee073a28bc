using System.Globalization;
using System.IO.Hashing;
using System.Text;
using BrokerServe.Protocol.Control;

namespace BrokerServe.Router.ControlLog;

/// <summary>A number by which two readers of the control log see whether they have the same.</summary>
/// <remarks>
/// Of one object XXH64 with seed 0 of the UTF-8 of kind, name and version (decimal), each followed by a byte 0, and the value; of an object that
/// was removed there is no value. Of all objects their sum, modulo 2^64: it does not depend on an order, and a change adds and takes away only
/// its own objects.
/// </remarks>
internal static class ControlHash
{
    public static ulong Of(ControlObject row)
    {
        var hash = new XxHash64();
        hash.Append(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{row.Kind}\0{row.Name}\0{row.Version}\0{row.Value}")));
        return hash.GetCurrentHashAsUInt64();
    }

    /// <summary>Of an entry of the log: the top 53 bits of the XXH64, seed 0, of its body, so that JavaScript can hold it.</summary>
    public static long OfEntry(ReadOnlySpan<byte> body) => (long)(XxHash64.HashToUInt64(body) >> 11);

    /// <summary>As people compare it: 16 hexadecimal digits.</summary>
    public static string Print(ulong hash) => hash.ToString("x16", CultureInfo.InvariantCulture);
}
