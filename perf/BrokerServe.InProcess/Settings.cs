namespace BrokerServe.InProcess;

/// <summary>The command line.</summary>
internal sealed record Settings
{
    public int Concurrency { get; init; } = 256;

    public int Rounds { get; init; } = 5;

    public int Seconds { get; init; } = 3;

    public int Size { get; init; } = 64;

    public bool AtMostOnce { get; init; }

    public bool Allocations { get; init; }

    /// <summary>The settings with one of them changed; null when there is none of that name, or not with that value.</summary>
    public Settings? With(string name, int number) => name switch
    {
        "--concurrency" when number > 0 => this with { Concurrency = number },
        "--rounds" when number > 0 => this with { Rounds = number },
        "--seconds" when number > 0 => this with { Seconds = number },
        "--size" => this with { Size = number },
        _ => null,
    };
}
