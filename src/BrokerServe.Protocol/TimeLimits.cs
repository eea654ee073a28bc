namespace BrokerServe.Protocol;

/// <summary>How far times may reach. Writers and readers bring what is beyond into the range instead of refusing it.</summary>
public static class TimeLimits
{
    /// <summary>
    /// Longest time left, in milliseconds: 2^31 - 1, some 24.8 days. Timers of every language take it, and no call waits longer,
    /// because brokers take unacknowledged deliveries back after 30 minutes by default.
    /// </summary>
    public const long MaxTimeLeftMs = int.MaxValue;

    /// <summary>Latest deadline, in milliseconds since 1970-01-01 UTC: the end of the year 9999, where the calendars of most languages end.</summary>
    public const long MaxDeadlineUnixMs = 253_402_300_799_999;
}
