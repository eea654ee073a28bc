using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BrokerServe.Bench.Results;

/// <summary>Everything that a run of the benchmark found; a JSON file.</summary>
internal sealed record ResultSet
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public required Machine Machine { get; init; }

    /// <summary>The command that measured it.</summary>
    public required string Command { get; init; }

    /// <summary>Seconds of each run that were measured.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds that each subject ran for nothing at first; 0 where each run was a load of its own.</summary>
    public double FirstRunSeconds { get; init; }

    /// <summary>Seconds of each run before.</summary>
    public required double WarmUpSeconds { get; init; }

    public List<RunRecord> Runs { get; init; } = [];

    public List<TypeRecord> Types { get; init; } = [];

    public List<RatioRecord> Ratios { get; init; } = [];

    public List<IdleRecord> Idle { get; init; } = [];

    /// <summary>What went wrong and is missing for it.</summary>
    public List<string> Failures { get; init; } = [];

    private string How => string.Create(CultureInfo.InvariantCulture, $"{Machine}, {Seconds} s after {WarmUpSeconds} s behind {FirstRunSeconds} s");

    /// <exception cref="BenchException">It is not there, or not such a file.</exception>
    public static ResultSet Load(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<ResultSet>(File.ReadAllText(file), Json) ?? throw new JsonException("It is empty.");
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            throw new BenchException($"{file} cannot be read: {exception.Message}");
        }
    }

    /// <summary>This and what was measured later, on the same machine: a cell that is in both is the later one's.</summary>
    /// <exception cref="BenchException">It was another machine, or each run took another time.</exception>
    public ResultSet With(ResultSet later)
    {
        if (later.Machine with { Date = Machine.Date, Broker = Machine.Broker } != Machine
            || (later.Seconds, later.FirstRunSeconds, later.WarmUpSeconds) != (Seconds, FirstRunSeconds, WarmUpSeconds))
        {
            throw new BenchException($"These were not measured alike: {How}, and {later.How}.");
        }

        var again = later.Runs.Select(Cell).ToHashSet();
        return later with
        {
            Machine = later.Machine with { Broker = later.Machine.Broker.Length > 0 ? later.Machine.Broker : Machine.Broker },
            Command = $"{Command}`, `{later.Command}",
            Runs = [.. Runs.Where(run => !again.Contains(Cell(run))), .. later.Runs],
            Types = [.. Types.Where(types => later.Types.All(other => other.Guarantee != types.Guarantee)), .. later.Types],
            Ratios = later.Ratios.Count > 0 ? later.Ratios : Ratios,
            Idle = later.Idle.Count > 0 ? later.Idle : Idle,
            Failures = [.. Failures, .. later.Failures],
        };

        static object Cell(RunRecord run) => (run.Part, run.Point, run.Guarantee, run.QueueType, run.Cell);
    }

    /// <summary>Writes the file whole or not at all.</summary>
    public void Save(string file)
    {
        var draft = file + ".new";
        File.WriteAllText(draft, JsonSerializer.Serialize(this, Json) + "\n");
        File.Move(draft, file, overwrite: true);
    }
}
