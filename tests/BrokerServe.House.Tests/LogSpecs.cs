using System.Text.RegularExpressions;
using Xunit;

namespace BrokerServe.House.Tests;

/// <summary>Operators filter and alert by event id.</summary>
public sealed partial class LogSpecs
{
    [Fact]
    public void No_two_log_messages_share_an_event_id()
    {
        var ids = Repository.Files("src", "*.cs")
            .SelectMany(file => EventId().Matches(File.ReadAllText(file)).Select(match => (Id: match.Groups[1].Value, File: Repository.Relative(file))))
            .ToArray();

        Assert.NotEmpty(ids);
        Assert.Equal([], ids.GroupBy(id => id.Id).Where(group => group.Count() > 1).Select(group => string.Join(", ", group)));
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?(\d+)")]
    private static partial Regex EventId();
}
