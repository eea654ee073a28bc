using System.Text.Json;
using BrokerServe.Host.Measuring;

namespace BrokerServe.Host.Conformance;

/// <summary>What a run found: told as it is found, or as one JSON object in the end.</summary>
/// <param name="json">One JSON object in the end.</param>
/// <param name="output">Where to.</param>
internal sealed class Report(bool json, TextWriter output)
{
    private const int NameWidth = 24;
    private static readonly string Indent = new(' ', 14 + NameWidth);

    private readonly List<Finding> _findings = [];

    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Whether anything is not as it should be.</summary>
    /// <param name="strict">What was not observed should have been.</param>
    public bool HasFailed(bool strict) => Count(Verdict.Failed) + Count(Verdict.Broken) + (strict ? Count(Verdict.NotObserved) : 0) > 0;

    /// <summary>Says what is checked.</summary>
    public void Begin(string subject)
    {
        if (!json)
        {
            output.WriteLine(subject);
            output.WriteLine();
        }
    }

    /// <summary>Says what was found.</summary>
    public void Add(Finding finding)
    {
        _findings.Add(finding);
        if (json)
        {
            return;
        }

        var (check, outcome) = finding;
        output.WriteLine($"{Word(outcome.Verdict),-13} {check.Name.PadRight(NameWidth)}{check.Sentence}");
        if (outcome.Says is not null)
        {
            output.WriteLine(Indent + outcome.Says);
        }

        output.WriteLine($"{Indent}{check.Paragraph}");
    }

    /// <summary>Says how it came out.</summary>
    /// <param name="kit">Which kit it was: <c>worker</c> or <c>producer</c>.</param>
    /// <param name="target">The backend, queue or endpoint.</param>
    /// <param name="subject">What was checked, if anything showed.</param>
    public void End(string kit, string target, string? subject)
    {
        if (json)
        {
            output.WriteLine(ToJson(kit, target, subject));
            return;
        }

        var broken = Count(Verdict.Broken) is > 0 and var count ? $", {count} broken (the kit's fault, or the broker's)" : "";
        output.WriteLine();
        output.WriteLine($"{Count(Verdict.Passed)} passed, {Count(Verdict.Failed)} failed, {Count(Verdict.NotObserved)} not observed{broken}.");
    }

    private static string Word(Verdict verdict) => verdict == Verdict.NotObserved ? "not observed" : verdict.ToString().ToLowerInvariant();

    private int Count(Verdict verdict) => _findings.Count(finding => finding.Outcome.Verdict == verdict);

    private string ToJson(string kit, string target, string? subject) => Figures.Object(writer =>
    {
        writer.WriteString("kit", kit);
        writer.WriteString("target", target);
        writer.WriteString("subject", subject);
        writer.WriteNumber("passed", Count(Verdict.Passed));
        writer.WriteNumber("failed", Count(Verdict.Failed));
        writer.WriteNumber("not_observed", Count(Verdict.NotObserved));
        writer.WriteNumber("broken", Count(Verdict.Broken));
        writer.WriteStartArray("checks");
        _findings.ForEach(finding => Write(writer, finding));
        writer.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter writer, Finding finding)
    {
        var (check, outcome) = finding;
        writer.WriteStartObject();
        writer.WriteString("name", check.Name);
        writer.WriteString("verdict", Word(outcome.Verdict).Replace(' ', '_'));
        writer.WriteString("sentence", check.Sentence);
        writer.WriteString("says", outcome.Says);
        writer.WriteString("section", check.Paragraph.Heading);
        writer.WriteString("part", check.Paragraph.Part);
        writer.WriteString("anchor", check.Paragraph.Anchor);
        writer.WriteEndObject();
    }
}
