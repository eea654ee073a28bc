namespace BrokerServe.Host.Conformance;

/// <summary>A place in PROTOCOL.md. A test holds each to be there.</summary>
/// <param name="Heading">The heading of the section, word for word.</param>
/// <param name="Part">The bold words that the paragraph in it begins with, word for word; null: the section as a whole.</param>
internal sealed record Paragraph(string Heading, string? Part = null)
{
    public static Paragraph Properties { get; } = new("Rules for everybody", "Properties.");

    public static Paragraph Headers { get; } = new("Rules for everybody", "Headers.");

    public static Paragraph Bodies { get; } = new("Rules for everybody", "Bodies of BrokerServe's own");

    public static Paragraph ReadingMessagePack { get; } = new("Rules for everybody", "Reading MessagePack.");

    public static Paragraph Limits { get; } = new("Rules for everybody", "Limits.");

    public static Paragraph Producers { get; } = new("Producers");

    public static Paragraph TheReply { get; } = new("Producers", "The reply");

    public static Paragraph GivingUp { get; } = new("Producers", "Giving up.");

    public static Paragraph Frames { get; } = new("Request and answer frames");

    public static Paragraph AskFirst { get; } = new("Request and answer frames", "Ask first.");

    public static Paragraph RequestFrame { get; } = new("Request and answer frames", "request frame");

    public static Paragraph AnswerFrame { get; } = new("Request and answer frames", "answer frame");

    public static Paragraph ErrorCodes { get; } = new("Error codes");

    public static Paragraph ErrorBodies { get; } = new("Error bodies");

    public static Paragraph Time { get; } = new("Time");

    public static Paragraph Connect { get; } = new("Workers", "1. Connect.");

    public static Paragraph Announce { get; } = new("Workers", "3. Announce.");

    public static Paragraph Serve { get; } = new("Workers", "4. Serve.");

    public static Paragraph Drain { get; } = new("Workers", "5. Drain.");

    public static Paragraph Announcements { get; } = new("Announcements");

    public static Paragraph PlainDialect { get; } = new("The plain dialect");

    public static Paragraph StaticReplicas { get; } = new("Static replicas");

    public static Paragraph QueryFrames { get; } = new("Query frames");

    public static Paragraph ReplyFrames { get; } = new("Reply frames");

    public static Paragraph Commands { get; } = new("Commands");

    public static Paragraph Cancel { get; } = new("Commands", "`cancel`");

    public static Paragraph Configure { get; } = new("Commands", "`configure`");

    public static Paragraph Sync { get; } = new("Sync and incarnations");

    public static Paragraph Versions { get; } = new("Versions");

    public static Paragraph Traps { get; } = new("MessagePack traps");

    /// <summary>The heading's link, as GitHub and most others make it: lower case, hyphens for spaces, nothing else but letters and digits.</summary>
    public string Anchor =>
        "#" + string.Concat(Heading.ToLowerInvariant().Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is ' ' or '-')).Replace(' ', '-');

    /// <inheritdoc/>
    public override string ToString() => $"PROTOCOL.md{Anchor}{(Part is null ? "" : $", {Part.Trim('.', '`')}")}";
}
