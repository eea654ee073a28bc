using System.Globalization;

namespace BrokerServe.LoadGenerator;

/// <summary>What a load sends: the part of the command line that all loads share.</summary>
public sealed record LoadSettings
{
    /// <summary>The options, for a usage text.</summary>
    public const string Usage = """
          --concurrency  requests outstanding; default 64
          --rate         requests per second that are due, answered or not (an open loop); without it each reply sends the next request
          --duration     what is measured, after --warmup (default 2), in seconds; default 10
          --size         body bytes; default 64
          --runs-from -  run after run in this process, for each line of standard input one: the options above, where they differ
        """;

    /// <summary>Requests outstanding; with a rate the most that may be.</summary>
    /// <value>1 to 65,536. Default 64.</value>
    public int Concurrency { get; init; } = 64;

    /// <summary>Requests per second that are due; null: a closed loop.</summary>
    public double? Rate { get; init; }

    /// <summary>How long is measured.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long requests are sent before that. What is new to a process is compiled meanwhile, which takes it some seconds.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes of each body.</summary>
    public int Size { get; init; } = 64;

    /// <summary>One run after the other, each as a line of standard input says, so that all but the first find a process that is compiled.</summary>
    public bool RunsFromInput { get; init; }

    /// <summary>A body of that size whose bytes no transport could compress.</summary>
    public byte[] NewBody()
    {
        var body = new byte[Size];
        Random.Shared.NextBytes(body);
        return body;
    }

    /// <summary>The settings with one of them changed; null when there is none of that name, or not with that value.</summary>
    public LoadSettings? With(string name, string value) => name switch
    {
        "--concurrency" when TryNumber(value, 1, 65_536, out var number) => this with { Concurrency = (int)number },
        "--rate" when TryNumber(value, 0.001, 10_000_000, out var number) => this with { Rate = number },
        "--duration" when TryNumber(value, 0.001, 3_600, out var number) => this with { Duration = TimeSpan.FromSeconds(number) },
        "--warmup" when TryNumber(value, 0, 3_600, out var number) => this with { WarmUp = TimeSpan.FromSeconds(number) },
        "--size" when TryNumber(value, 0, 16 * 1024 * 1024, out var number) => this with { Size = (int)number },
        "--runs-from" when value == "-" => this with { RunsFromInput = true },
        _ => null,
    };

    /// <summary>The settings with all that a line says; null when there is something in it that is not understood.</summary>
    public LoadSettings? With(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var settings = words.Length > 0 ? this : null;
        for (var i = 0; i < words.Length && settings is not null; i += 2)
        {
            settings = i + 1 < words.Length && words[i] != "--runs-from" ? settings.With(words[i], words[i + 1]) : null;
        }

        return settings;
    }

    private static bool TryNumber(string text, double min, double max, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && number >= min && number <= max;
}
