namespace BrokerServe.Host;

/// <summary>What the process exits with.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>Something failed; the code and the message are on standard error.</summary>
    public const int Failed = 1;

    /// <summary>The command, or a configuration that it names, is not right.</summary>
    public const int Usage = 2;
}
