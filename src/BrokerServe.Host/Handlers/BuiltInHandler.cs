using System.CommandLine.Parsing;
using System.Globalization;
using BrokerServe.Worker;

namespace BrokerServe.Host.Handlers;

/// <summary>A handler that the executable brings along, for trials and tests.</summary>
internal sealed record BuiltInHandler(Func<QueryContext, CancellationToken, ValueTask<ReplyPayload>> Handle)
{
    /// <summary>What can be written.</summary>
    public const string Forms = "echo, upper, sleep:MS, fail:P, crash:P";

    /// <summary>One of each, for who wants to be shown what can be written.</summary>
    public static string[] Examples => ["echo", "upper", "sleep:100", "fail:0.1", "crash:0.1"];

    // A day: whatever waits longer was not meant.
    private const int MaxSleepMs = 24 * 60 * 60 * 1_000;

    public static BuiltInHandler Echo { get; } = new(EchoHandler.HandleAsync);

    /// <summary>For an option of the command line.</summary>
    public static BuiltInHandler Parse(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Parse(text) is { } handler)
        {
            return handler;
        }

        result.AddError($"'{text}' is not a handler; there are {Forms}, with MS from 0 to {MaxSleepMs} and P from 0 to 1.");
        return Echo;
    }

    /// <summary>Reads what was written; null when there is no such handler.</summary>
    public static BuiltInHandler? Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? text : text[..colon];
        var value = colon < 0 ? null : text[(colon + 1)..];
        return name switch
        {
            "echo" when value is null => Echo,
            "upper" when value is null => new(UpperHandler.HandleAsync),
            "sleep" when TryMilliseconds(value, out var sleep) => new(new SleepHandler(sleep).HandleAsync),
            "fail" when TryProbability(value, out var probability) => new(new FailHandler(probability).HandleAsync),
            "crash" when TryProbability(value, out var probability) => new(new CrashHandler(probability).HandleAsync),
            _ => null,
        };
    }

    private static bool TryMilliseconds(string? text, out TimeSpan duration)
    {
        var read = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= MaxSleepMs;
        duration = TimeSpan.FromMilliseconds(milliseconds);
        return read;
    }

    private static bool TryProbability(string? text, out double probability) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out probability) && probability is >= 0 and <= 1;
}
