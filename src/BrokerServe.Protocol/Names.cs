using System.Diagnostics.CodeAnalysis;

namespace BrokerServe.Protocol;

/// <summary>What endpoints, backends, replicas and routers may be called.</summary>
public static class Names
{
    /// <summary>Longest name, so that the longest queue name stays below AMQP's 255 bytes.</summary>
    public const int MaxLength = 80;

    /// <summary>Checks a name: 1 to 80 of A-Z a-z 0-9 _ . - and beginning with a letter, a digit or _.</summary>
    public static bool IsValid([NotNullWhen(true)] string? name) => throw new NotImplementedException();
}
