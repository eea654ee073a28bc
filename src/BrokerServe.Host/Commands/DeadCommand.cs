using System.CommandLine;
using BrokerServe.Host.Dead;
using BrokerServe.Transport;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve dead</c>: what was given up on.</summary>
internal static class DeadCommand
{
    private const string ListDetails = """
        From the oldest. Each has an id, which the other commands take. What is looked at is held for that moment, so that two who look at
        once may see less than there is, and goes back to its place.

          brokerserve dead list --json
        """;

    private const string ShowDetails = """
          brokerserve dead show 3f2a90c1d7be
        """;

    private const string ReplayDetails = """
        One call after the other, each the same request that it was: message id, app id, method, priority, shard key, metadata. A message leaves
        the queue when its call was answered with a reply, or when the router has kept a new copy; else it stays, and standard error says why.
        So nothing is lost, and at worst something runs twice. A message that holds no request cannot be called.

          brokerserve dead replay 3f2a90c1d7be --timeout 10s
          brokerserve dead replay --all
        """;

    private const string DropDetails = """
          brokerserve dead drop 3f2a90c1d7be
          brokerserve dead drop --all --limit 65535
        """;

    public static Command Create() => new DetailedCommand(
        "dead",
        "Looks at requests that were given up on, calls them again or drops them.",
        """
        A request that lost a replica with each of its attempts, and why requests failed that nobody waited for.

          brokerserve dead list
          brokerserve dead replay --all
        """)
    {
        List(), Show(), Replay(), Drop(),
    };

    private static DetailedCommand List()
    {
        var command = new DetailedCommand("list", "Lists them.", ListDetails);
        var make = Common(command);
        command.SetAction((parsed, _) => make(parsed).ListAsync());
        return command;
    }

    private static DetailedCommand Show()
    {
        var id = new Argument<string>("ID") { Description = "Which." };
        var command = new DetailedCommand("show", "Shows all that is known of one, as JSON, its body in Base64.", ShowDetails) { id };
        var make = Common(command);
        command.SetAction((parsed, _) => make(parsed).ShowAsync(parsed.GetValue(id)!));
        return command;
    }

    private static DetailedCommand Replay()
    {
        var timeout = Ranges.Time(
            "--timeout", TimeSpan.FromMilliseconds(1), DeadReplay.MaxTimeout, 30, "How long each call may take.");
        var command = new DetailedCommand("replay", "Calls them again.", ReplayDetails) { timeout };
        var which = Which(command);
        var make = Common(command);
        command.SetAction((parsed, _) =>
        {
            var (ids, all) = which(parsed);
            return make(parsed).ReplayAsync(ids, all, parsed.GetValue(timeout).Time);
        });
        return command;
    }

    private static DetailedCommand Drop()
    {
        var command = new DetailedCommand("drop", "Takes them out for good.", DropDetails);
        var which = Which(command);
        var make = Common(command);
        command.SetAction((parsed, _) =>
        {
            var (ids, all) = which(parsed);
            return make(parsed).DropAsync(ids, all);
        });
        return command;
    }

    private static Func<ParseResult, (string[] Ids, bool All)> Which(DetailedCommand command)
    {
        var ids = new Argument<string[]>("ID") { Description = "Which.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All that --limit reaches." };
        command.Add(ids);
        command.Add(all);
        return parsed =>
        {
            var (named, every) = (parsed.GetValue(ids) ?? [], parsed.GetValue(all));
            return (named.Length > 0) != every ? (named, every) : throw new UsageException("Name the messages by their ids, or say --all.");
        };
    }

    private static Func<ParseResult, DeadRun> Common(DetailedCommand command)
    {
        var limit = Ranges.Count("--limit", 1, ConsumerOptions.MaxPrefetch, 1_000, "Messages that are looked at, from the oldest.");
        var json = new Option<bool>("--json") { Description = "Print JSON on one line." };
        command.Add(limit);
        command.Add(json);
        var broker = BrokerOptions.AddTo(command);
        return parsed => new DeadRun(
            broker.Open(parsed),
            broker.PrefixOf(parsed),
            parsed.GetValue(limit),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error);
    }
}
