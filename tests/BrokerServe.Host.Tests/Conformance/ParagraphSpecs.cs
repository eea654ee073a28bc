using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using BrokerServe.Host.Conformance;
using BrokerServe.Host.Conformance.Producer;
using BrokerServe.Host.Conformance.Worker;
using BrokerServe.Host.Conformance.Worker.Checks;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>What checks cite is in PROTOCOL.md.</summary>
public sealed class ParagraphSpecs
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Here(), "../../../src/BrokerServe.Protocol/PROTOCOL.md"));

    public static TheoryData<string, string?> Cited =>
        [.. AllChecks().Select(check => check.Paragraph).Distinct().Select(paragraph => (paragraph.Heading, paragraph.Part))];

    [Theory]
    [MemberData(nameof(Cited))]
    public void Every_paragraph_that_a_check_cites_is_in_the_protocol(string heading, string? part)
    {
        var section = Regex.Match(Document, $"^##+ {Regex.Escape(heading)}\n(.*?)(?=^##+ |\\z)", RegexOptions.Multiline | RegexOptions.Singleline);

        Assert.True(section.Success, $"PROTOCOL.md has no heading '{heading}'.");
        Assert.True(part is null || section.Value.Contains($"**{part}**", StringComparison.Ordinal), $"'{heading}' has no paragraph that begins with **{part}**.");
    }

    [Fact]
    public void Anchors_are_those_of_the_documents_own_links()
    {
        var links = Regex.Matches(Document, @"\]\((#[a-z0-9-]+)\)").Select(match => match.Groups[1].Value).ToHashSet();
        var headings = Regex.Matches(Document, "^##+ (.*)$", RegexOptions.Multiline).Select(match => new Paragraph(match.Groups[1].Value).Anchor);

        Assert.Equal([], links.Except(headings));
    }

    [Fact]
    public void Every_check_has_a_name_of_its_own_for_each_kind_and_needs_only_what_stands_before_it()
    {
        foreach (var kind in new[] { SubjectKinds.Static, SubjectKinds.Plain, SubjectKinds.Framed })
        {
            AssertOrdered(WorkerRun.Checks.Concat(DrainChecks.All).Where(check => (check.Concerns & kind) != 0));
        }

        AssertOrdered(ProducerRun.Checks);
    }

    private static void AssertOrdered(IEnumerable<Check> checks)
    {
        var before = new HashSet<string>();
        foreach (var check in checks)
        {
            Assert.Equal([], check.Needs.Except(before));
            Assert.True(before.Add(check.Name), $"There are two checks '{check.Name}'.");
        }
    }

    private static IEnumerable<Check> AllChecks() => [.. WorkerRun.Checks, .. DrainChecks.All, .. ProducerRun.Checks];

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
