using System.Text.RegularExpressions;
using BrokerServe.Foreign.Tests.Languages;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>The golden vectors of PROTOCOL.md in the hands of the MessagePack libraries that it names.</summary>
/// <remarks>That our own codecs read and write them is shown where these are tested.</remarks>
public sealed partial class GoldenVectorSpecs : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("python")]
    [InlineData("node")]
    public async Task A_library_reads_every_vector_and_writes_those_of_this_version_as_they_stand(string folder)
    {
        var vectors = Vector().Matches(await File.ReadAllTextAsync(Path.Combine(Script.Root, "src/BrokerServe.Protocol/PROTOCOL.md")))
            .ToDictionary(match => match.Groups[1].Value, match => Remark().Replace(match.Groups[2].Value, ""));
        await File.WriteAllLinesAsync(_file, vectors.Select(vector => $"{vector.Key} {vector.Value}"));

        var language = Language.Of(folder);
        await using var script = Script.Start(
            language.FindInterpreter(), $"tests/BrokerServe.Foreign.Tests/Vectors/vectors.{language.Extension}", [_file], language.Environment);
        Assert.True(await script.WaitAsync() == 0, script.Error);

        var written = script.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' ')).ToDictionary(columns => columns[0], columns => columns[1]);
        Assert.NotEmpty(vectors);
        Assert.Equal(vectors.Keys, written.Keys);
        Assert.All(
            vectors.Where(vector => !vector.Key.Contains("of-version-2", StringComparison.Ordinal)),
            vector => Assert.Equal(vector.Value, written[vector.Key]));
    }

    [GeneratedRegex("^```golden (\\S+)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Vector();

    [GeneratedRegex("#.*|\\s")]
    private static partial Regex Remark();
}
