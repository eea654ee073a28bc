using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace BrokerServe.House.Tests;

/// <summary>The router's behaviours are numbered, and each is carried by a test that says its sentence.</summary>
public sealed partial class SemanticsSpecs
{
    // Of each sentence the clause that defines it, word for word. Not promised yet: of 13 that routing state which was changed while the
    // router ran is pulled back, of 17 that a cancellation which comes before its request is remembered.
    private static readonly Dictionary<int, string> Promised = new()
    {
        [1] = "first attempts are dispatched in delivery order",
        [2] = "A known endpoint without a policy: its requests wait, and are dispatched in order when the policy comes",
        [3] = "An unknown endpoint: endpoint_not_found, at once",
        [4] = "A backend without replicas: its requests wait, FIFO, up to its bound, then no_backend",
        [5] = "A later policy change does not move what was already chosen",
        [6] = "ties in turn, so 9 sequential requests over 3 replicas go 3/3/3",
        [7] = "A replica never holds more than its limit",
        [8] = "Raising a limit dispatches at once",
        [9] = "Adding a replica twice is one replica",
        [10] = "what waits is answered at once with endpoint_removed",
        [11] = "the reply is handler_error with type, message and remote stack trace; the replica stays in service; the credit returns",
        [12] = "each is retried on another replica, at the head of the backlog, up to max_attempts",
        [13] = "waiting and in-flight requests are redelivered by the broker",
        [14] = "the router's backlog serves higher first within a backend",
        [15] = "exact; beyond it when_full decides: reject = overloaded at once",
        [16] = "Expired work is dropped before dispatch",
        [17] = "a producer that gives up can say so, to all routers",
        [18] = "Weights >= 0 whose sum is 1 within 1e-5",
        [19] = "backends in ordinal name order; the first whose cumulative weight is above the draw",
        [20] = "the draw is a function of the key alone, the same in every router",
        [21] = "each shadow backend with proportion p gets a copy of a request with probability p",
        [22] = "A shadow copy never affects the caller: not its reply, latency, errors or deadline",
        [23] = "Setting the weights keeps the shadows",
        [24] = "A policy that names an unknown backend is refused",
        [25] = "an unknown one is method_not_found, naming it and listing what there is",
        [26] = "the timer starts at the first arrival",
        [27] = "A batch handler returns exactly one result per query, in order",
        [28] = "reach running workers; replicas are not restarted",
        [29] = "Stopping a worker drains: announce draining, wait until routers have stopped sending, finish, reply, leave",
        [30] = "router requests by endpoint (shadows not counted); error replies by endpoint and code; handler errors by backend",
        [31] = "Queue-length report: at start and every 1.0 s, for each backend: queued, in flight, credit",
        [32] = "one span for the producer's call, the router's part, the replica's part, linked by W3C trace context through the broker",
    };

    private static readonly (int Number, string Sentence)[] Carried =
    [
        .. Repository.Files("tests", "*.cs")
            .SelectMany(file => Sentence().Matches(File.ReadAllText(file)))
            .Select(match => (
                int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
                match.Groups[2].Value.Replace("`", "", StringComparison.Ordinal))),
    ];

    [Fact]
    public void Every_promised_behaviour_has_a_test_that_carries_its_number_and_sentence() =>
        Assert.Equal(
            [],
            Promised
                .Where(promise => !Carried.Any(test =>
                    test.Number == promise.Key && test.Sentence.Contains(promise.Value, StringComparison.Ordinal)))
                .Select(promise => $"{promise.Key}: {promise.Value}"));

    [Fact]
    public void No_test_carries_a_number_that_no_behaviour_has() =>
        Assert.Equal([], Carried.Where(test => !Promised.ContainsKey(test.Number)));

    [GeneratedRegex("(?:Fact|Theory)\\([^)\\n]*DisplayName = \"Semantics (\\d+): ([^\"\\n]*)\"")]
    private static partial Regex Sentence();
}
