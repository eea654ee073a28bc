using System.Text.RegularExpressions;

namespace BrokerServe.Protocol.Tests.Document;

public sealed partial class PythonExampleSpecs
{
    private static readonly string[][] Examples = [.. ProtocolDocument.Instance.Blocks("python").Select(block => block.Lines)];

    [Fact]
    public void There_is_a_producer_and_a_plain_worker()
    {
        Assert.Equal(2, Examples.Length);
        Assert.Contains(Examples[0], line => line.Contains("\"brokerserve.requests\"", StringComparison.Ordinal));
        Assert.Contains(Examples[1], line => line.Contains("\"brokerserve.replicas\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_example_is_sound_Python()
    {
        foreach (var example in Examples)
        {
            Assert.Empty(PythonCheck.Problems(example));
        }
    }

    [Fact]
    public void Every_example_uses_all_that_it_imports()
    {
        foreach (var example in Examples)
        {
            var body = string.Join('\n', example.Where(line => !line.StartsWith("import ", StringComparison.Ordinal)));
            foreach (var line in example.Where(line => line.StartsWith("import ", StringComparison.Ordinal)))
            {
                Assert.Contains(line["import ".Length..] + ".", body, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Every_code_in_an_example_is_one_of_ours()
    {
        var said = 0;
        foreach (var line in Examples.SelectMany(example => example))
        {
            foreach (Match call in Failure().Matches(line))
            {
                Assert.True(ReplyStatuses.TryParse(call.Groups[1].Value, out _), $"{call.Groups[1].Value} is no code.");
                said++;
            }
        }

        Assert.Equal(3, said);
    }

    [Theory]
    [InlineData("call(1, [2)")]
    [InlineData("x = {1, 2")]
    [InlineData("x = 'open")]
    [InlineData("def f(x)")]
    [InlineData("if x:")]
    [InlineData("if x:|y = 1")]
    [InlineData("x = 1|  y = 2")]
    [InlineData("if x:|    y = 1|  z = 2")]
    [InlineData("x = 1:")]
    [InlineData("x = 1)")]
    public void The_check_itself_finds_what_is_broken(string lines) => Assert.NotEmpty(PythonCheck.Problems(lines.Split('|')));

    [Theory]
    [InlineData("def f(x):|    return {|        'a': \"it's # no remark\",  # a remark: (|    }||y = f(1)")]
    [InlineData("try:|    if x:|        y()|    else:|        z()|finally:|    w()")]
    public void The_check_lets_sound_lines_pass(string lines) => Assert.Empty(PythonCheck.Problems(lines.Split('|')));

    [GeneratedRegex("failure\\(\"([a-z_]+)\"")]
    private static partial Regex Failure();
}
