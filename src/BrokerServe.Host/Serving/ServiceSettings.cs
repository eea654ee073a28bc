namespace BrokerServe.Host.Serving;

/// <summary>How a process that stays reports.</summary>
/// <param name="Service">Its name in telemetry, such as <c>brokerserve-router</c>.</param>
/// <param name="Http">Where health is answered; null: nowhere.</param>
/// <param name="Format">How log lines are written.</param>
/// <param name="Level">The least important lines to write.</param>
internal sealed record ServiceSettings(string Service, Uri? Http, LogFormat Format, LogLevel Level)
{
    /// <summary>A JSON file with the configuration; null: environment variables alone.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>How long the process may take to stop.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
