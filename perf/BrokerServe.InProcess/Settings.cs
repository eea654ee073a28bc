using System.Globalization;
using BrokerServe.LoadGenerator;

namespace BrokerServe.InProcess;

/// <summary>The command line.</summary>
internal sealed record Settings
{
    public LoadSettings Load { get; init; } = new() { Concurrency = 256, WarmUp = TimeSpan.Zero, Duration = TimeSpan.FromSeconds(3) };

    public int Rounds { get; init; } = 5;

    /// <summary>Of a load alone: a <c>Channel&lt;T&gt;</c> in place of BrokerServe.</summary>
    public bool Channel { get; init; }

    public bool AtMostOnce { get; init; }

    public bool Allocations { get; init; }

    /// <summary>Reads the options; null when there is one that is not understood.</summary>
    public static Settings? Read(ReadOnlySpan<string> args)
    {
        var settings = new Settings();
        for (var i = 0; i < args.Length && settings is not null; i++)
        {
            settings = args[i] switch
            {
                "--at-most-once" => settings with { AtMostOnce = true },
                "--allocations" => settings with { Allocations = true },
                "--channel" => settings with { Channel = true },
                _ => i + 1 < args.Length ? settings.With(args[i++], args[i]) : null,
            };
        }

        return settings;
    }

    private Settings? With(string name, string value) =>
        name == "--rounds" ? int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) && rounds > 0 ? this with { Rounds = rounds } : null
        : Load.With(name == "--seconds" ? "--duration" : name, value) is { } load ? this with { Load = load }
        : null;
}
