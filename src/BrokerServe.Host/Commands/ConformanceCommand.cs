using System.CommandLine;
using BrokerServe.Host.Conformance;
using BrokerServe.Host.Conformance.Producer;
using BrokerServe.Host.Conformance.Worker;
using BrokerServe.Transport;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve conformance</c>: checks workers and producers of any language against PROTOCOL.md.</summary>
internal static class ConformanceCommand
{
    private const string About = "Checks a worker or a producer, in any language, against PROTOCOL.md.";

    private const string Details = """
        The kit plays the router: no router runs beside it. It prints what passed, what failed, and what was not observed, each with the
        section of PROTOCOL.md that says so.

          brokerserve conformance worker greet-v1 --payload '{"name":"Ada"}'
          brokerserve conformance producer greet

        Exits with 0 when nothing failed, 1 when something did, 2 when the command is not right or a router is at work.
        """;

    private const string WorkerDetails = """
        Start it, then the worker, or the other way round. TARGET is the backend whose name the worker announces, or the queue of an RPC
        server that announces nothing (a static replica, of which much less is asked).

          brokerserve conformance worker greet-v1 --payload '{"name":"Ada"}'
          brokerserve conformance worker greet-v1 --payload '{"name":"Ada"}' --fails __call__=null --slow sleep=1 --expect-drain
          brokerserve conformance worker rpc_queue --raw 10

        Without --method and --payload queries call __call__ with nil. Any answer is an answer, also an error; but what takes a handler
        that fails, or one that takes a while (half a second at least, and longer than the lease to see heartbeats beside it), is not
        observed unless you name one. With --expect-drain you are told when to stop the worker, after everything else.

        The kit announces two routers. It refuses to start while a real router is at work under the same prefix, and stops when one comes:
        stop that one, or start the worker and this with a --prefix of their own. It declares what routers declare, and leaves no more.
        Exits with 0 when nothing failed, 1 when something did, 2 when the command is not right or a router is at work.
        """;

    private const string ProducerDetails = """
        Start it, then a producer that calls the endpoint again and again, best on one connection:

          brokerserve conformance producer greet

        The first calls are answered well; the next ones late, with an error, with a code and headers of a later version, twice. Then all is
        well again, until enough requests came or no more do; SIGINT (Ctrl+C) ends it sooner. It says yes to producers that ask whether they
        may send frames, and answers frames with frames. A late answer is shown only to requests that live for 10 s or less. What a call
        looks like to its caller cannot be seen from here: read what your producer says of it.

        It refuses to start while a real router is at work under the same prefix, or while requests wait in the endpoint's queue: stop that
        one, or start the producer and this with a --prefix of their own. It declares what routers declare, and leaves no more.
        Exits with 0 when nothing failed, 1 when something did, 2 when the command is not right or a router is at work.
        """;

    public static Command Create() => new DetailedCommand("conformance", About, Details) { CreateWorker(), CreateProducer() };

    private static DetailedCommand CreateWorker()
    {
        var target = new Argument<string>("TARGET") { Description = "The backend that the worker serves, or the queue of an RPC server." };
        var method = new Option<string?>("--method") { Description = "The method of ordinary queries. Default: none is said, which is __call__." };
        var payload = new Option<string>("--payload")
        {
            Description = "A payload that the method takes, as JSON; it goes as MessagePack.",
            HelpName = "JSON",
            DefaultValueFactory = _ => "null",
        };
        var raw = new Option<string?>("--raw") { Description = "A payload that goes as UTF-8 text, instead of --payload.", HelpName = "TEXT" };
        var fails = new Option<string?>("--fails") { Description = "What makes a handler fail.", HelpName = "METHOD[=JSON]" };
        var slow = new Option<string?>("--slow") { Description = "What takes a handler half a second or longer.", HelpName = "METHOD[=JSON]" };
        var drain = new Option<bool>("--expect-drain") { Description = "Say when to stop the worker, and watch how it leaves." };
        var timeout = TimeoutOption("How long to wait for what must come: the worker, an answer, its good-bye.");
        var (strict, json) = (StrictOption(), JsonOption());
        var command = new DetailedCommand("worker", "Checks a worker, or an RPC server.", WorkerDetails)
        {
            target, method, payload, raw, fails, slow, drain, timeout, strict, json,
        };
        var broker = BrokerOptions.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            var ordinary = parsed.GetValue(raw) is { } text
                ? new TrialCall(parsed.GetValue(method), System.Text.Encoding.UTF8.GetBytes(text), null)
                : TrialCall.OfJson("--payload", parsed.GetValue(method), parsed.GetValue(payload)!);
            var settings = new WorkerSettings(parsed.GetValue(target)!, broker.PrefixOf(parsed), ordinary)
            {
                Failing = TrialCall.Parse("--fails", parsed.GetValue(fails), ordinary),
                Slow = TrialCall.Parse("--slow", parsed.GetValue(slow), ordinary),
                ExpectsDrain = parsed.GetValue(drain),
                Timeout = parsed.GetValue(timeout).Time,
            };
            return RunAsync(parsed, broker, strict, json, (report, error) => new WorkerRun(settings, report, error).RunAsync);
        });
        return command;
    }

    private static DetailedCommand CreateProducer()
    {
        var endpoint = new Argument<string>("ENDPOINT") { Description = "The endpoint that the producer calls." };
        var reply = new Option<string?>("--reply")
        {
            Description = "What calls are answered with, as JSON; it goes as MessagePack. Default: their own payload.",
            HelpName = "JSON",
        };
        var requests = Ranges.Count("--requests", 1, 100_000, 20, "How many requests to see at least.");
        var timeout = TimeoutOption("How long to wait for the next request.");
        var (strict, json) = (StrictOption(), JsonOption());
        var command = new DetailedCommand("producer", "Checks a producer.", ProducerDetails) { endpoint, reply, requests, timeout, strict, json };
        var broker = BrokerOptions.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            var settings = new ProducerSettings(parsed.GetValue(endpoint)!, broker.PrefixOf(parsed))
            {
                Reply = parsed.GetValue(reply) is { } text ? TrialCall.OfJson("--reply", null, text).Payload : null,
                Requests = parsed.GetValue(requests),
                Timeout = parsed.GetValue(timeout).Time,
            };
            return RunAsync(parsed, broker, strict, json, (report, error) => new ProducerRun(settings, report, error).RunAsync);
        });
        return command;
    }

    private static Task<int> RunAsync(
        ParseResult parsed, BrokerOptions options, Option<bool> strict, Option<bool> json, Func<Report, TextWriter, Func<IBroker, CancellationToken, Task>> make)
    {
        var error = parsed.InvocationConfiguration.Error;
        var report = new Report(parsed.GetValue(json), parsed.InvocationConfiguration.Output);
        var run = make(report, error);
        var broker = options.Open(parsed);
        return ConformanceRun.RunAsync(broker, stopping => run(broker, stopping), report, parsed.GetValue(strict), error);
    }

    private static Option<Duration> TimeoutOption(string description) =>
        Ranges.Time("--timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), 30, description);

    private static Option<bool> StrictOption() => new("--strict") { Description = "What was not observed counts as failed." };

    private static Option<bool> JsonOption() => new("--json") { Description = "The findings as one JSON object." };
}
