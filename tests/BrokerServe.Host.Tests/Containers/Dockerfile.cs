using System.Text.Json;

namespace BrokerServe.Host.Tests.Containers;

/// <summary>A Dockerfile as far as ours go: one instruction a line, commands as JSON arrays.</summary>
internal sealed class Dockerfile
{
    private readonly (string Word, string Text)[] _instructions;

    private Dockerfile((string Word, string Text)[] instructions) => _instructions = instructions;

    /// <summary>The images that its stages begin with, except those that are stages themselves.</summary>
    public IEnumerable<string> Images
    {
        get
        {
            var stages = All("FROM").Select(rest => rest.Split(' ')).ToArray();
            var names = stages.Where(stage => stage.Length == 3).Select(stage => stage[2]).ToArray();
            return stages.Select(stage => stage[0]).Where(image => !names.Contains(image));
        }
    }

    /// <summary>What is copied from the repository.</summary>
    public IEnumerable<string> Sources => All("COPY").Where(rest => !rest.StartsWith("--from=", StringComparison.Ordinal))
        .SelectMany(rest => rest.Split(' ')[..^1]);

    public string User => Last("USER");

    public string[] EntryPoint => Words(Last("ENTRYPOINT"));

    public string[] Command => Words(Last("CMD"));

    public string[] HealthCheck => Words(Last("HEALTHCHECK").Split(" CMD ")[1]);

    public static Dockerfile Read(string path) => new(
    [
        .. File.ReadLines(path)
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', 2))
            .Select(parts => (parts[0], parts[1])),
    ]);

    private IEnumerable<string> All(string word) => _instructions.Where(i => i.Word == word).Select(i => i.Text);

    private string Last(string word) => _instructions.Last(i => i.Word == word).Text;

    private static string[] Words(string json) => JsonSerializer.Deserialize<string[]>(json)!;
}
