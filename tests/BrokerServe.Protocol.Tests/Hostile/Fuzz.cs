using System.Globalization;

namespace BrokerServe.Protocol.Tests.Hostile;

/// <summary>How long decoders are tried with what nobody should send.</summary>
internal static class Fuzz
{
    // Some seconds for all decoders together.
    private const int Usual = 20_000;

    /// <summary>The usual number, or as many times it as <c>BROKERSERVE_SEEDS</c> says.</summary>
    public static int Iterations { get; } =
        Environment.GetEnvironmentVariable("BROKERSERVE_SEEDS") is { Length: > 0 } times ? Usual * int.Parse(times, CultureInfo.InvariantCulture) : Usual;
}
