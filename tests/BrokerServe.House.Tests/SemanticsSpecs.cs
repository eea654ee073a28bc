using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace BrokerServe.House.Tests;

/// <summary>The router's behaviours are numbered, and each is carried by a test that says its sentence.</summary>
public sealed partial class SemanticsSpecs
{
    // 13 (recovery of routing state) and the remembered part of 17 (a cancellation that comes before its request) are not promised yet.
    private static readonly int[] Promised = [.. Enumerable.Range(1, 12), .. Enumerable.Range(14, 3), .. Enumerable.Range(18, 15)];

    [Fact]
    public void Every_promised_behaviour_has_a_test_that_carries_its_number_and_sentence()
    {
        var carried = Repository.Files("tests", "*.cs")
            .SelectMany(file => Sentence().Matches(File.ReadAllText(file)))
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            .ToHashSet();

        Assert.Equal([], Promised.Except(carried));
    }

    [GeneratedRegex(@"DisplayName = ""Semantics (\d+): [^""]{20,}")]
    private static partial Regex Sentence();
}
