using BrokerServe.Protocol.Reports;
using Microsoft.Extensions.Time.Testing;

namespace BrokerServe.Protocol.Tests.Reports;

/// <summary>The reports of all routers, put together.</summary>
public sealed class ReportBoardSpecs
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_000));
    private readonly ReportBoard _board;

    public ReportBoardSpecs() => _board = new ReportBoard(_time);

    [Fact]
    public void What_routers_say_of_one_backend_is_added_up()
    {
        Hear(Report("a", [new("greet-v1", 3, 2, 1, 2)]));
        Hear(Report("b", [new("greet-v1", 4, 5, 6, 1), new("other", 1, 0, 0, 0)]));

        var view = _board.Read();

        Assert.Equal(["a", "b"], view.Routers.Select(router => router.Router));
        var greet = view.Backends[0];
        Assert.Equal(("greet-v1", 7, 7, 7), (greet.Backend, greet.Queued, greet.InFlight, greet.Credit));
        Assert.Equal(2, greet.Replicas); // They share them.
        Assert.Equal("other", view.Backends[1].Backend);
    }

    [Fact]
    public void A_router_that_is_silent_is_gone_when_its_report_has_expired_and_not_before()
    {
        Hear(Report("a", [new("greet-v1", 3, 2, 1, 2)], validMs: 3_000));
        _time.Advance(TimeSpan.FromMilliseconds(1_000));
        Hear(Report("b", [new("greet-v1", 4, 0, 0, 0)], validMs: 3_000));

        _time.Advance(TimeSpan.FromMilliseconds(2_000));
        Assert.Equal(7, Assert.Single(_board.Read().Backends).Queued);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        var view = _board.Read();
        Assert.Equal("b", Assert.Single(view.Routers).Router);
        Assert.Equal(4, Assert.Single(view.Backends).Queued);

        _time.Advance(TimeSpan.FromMilliseconds(1_000));
        Assert.Equal(SystemView.Empty.Routers, _board.Read().Routers);
    }

    [Fact]
    public void A_router_that_says_good_bye_is_gone_at_once()
    {
        Hear(Report("a", []));
        Hear(Report("a", [], validMs: 0));
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Empty(_board.Read().Routers);
    }

    [Fact]
    public void Its_age_is_by_the_clock_of_who_hears_it_however_wrong_the_router_s_is()
    {
        Hear(Report("a", []) with { TimeUnixMs = 1 });
        _time.Advance(TimeSpan.FromMilliseconds(2_999));

        var router = Assert.Single(_board.Read().Routers);
        Assert.Equal(TimeSpan.FromMilliseconds(2_999), router.Age);
        Assert.Equal(TimeSpan.FromMilliseconds(1 - 1_767_225_600_000), router.ClockAhead);
    }

    [Fact]
    public void Rates_are_over_the_last_five_seconds_and_added_over_routers()
    {
        for (var second = 0; second <= 20; second++)
        {
            // Ten in a second each until 15, then twenty of one and none of the other.
            Hear(Working("a", requests: second <= 15 ? 10 * second : 150 + (20 * (second - 15))));
            Hear(Working("b", requests: Math.Min(150, 10 * second)));
            if (second == 0)
            {
                Assert.Null(Assert.Single(_board.Read().Endpoints).RequestsPerSecond);
            }
            else if (second == 15)
            {
                Assert.Equal(20, Assert.Single(_board.Read().Endpoints).RequestsPerSecond);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var view = _board.Read();
        var endpoint = Assert.Single(view.Endpoints);
        Assert.Equal(20, endpoint.RequestsPerSecond);
        Assert.Equal(400, endpoint.Requests);
        Assert.Equal([20, 0], view.Routers.Select(router => router.RequestsPerSecond));
        Assert.Equal(20, Assert.Single(view.Backends).RepliesPerSecond);
        Assert.Equal(20, Assert.Single(view.Replicas).RepliesPerSecond);
        Assert.Equal((ReplicaPhase.Draining, 16), (view.Replicas[0].Phase, view.Replicas[0].Limit));
    }

    [Fact]
    public void Quantiles_are_of_what_ended_meanwhile()
    {
        Hear(Report("a", []) with { Endpoints = [new EndpointWork("greet") { Times = [new(LatencyBuckets.Of(1_000_000), 1_000)] }] });
        _time.Advance(TimeSpan.FromSeconds(1));
        Hear(Report("a", []) with
        {
            Endpoints = [new EndpointWork("greet") { Times = [new(LatencyBuckets.Of(1_000_000), 1_000), new(LatencyBuckets.Of(2_000), 10)] }],
        });

        Assert.Equal(2, Assert.Single(_board.Read().Endpoints).Latency.P99!.Value, 0.25);
    }

    [Fact]
    public void What_is_no_report_is_not_taken()
    {
        Assert.False(_board.Take([0xc0]));
        Assert.False(_board.Take([]));
        Assert.Empty(_board.Read().Routers);
    }

    [Fact]
    public void A_report_whose_rows_are_no_rows_does_not_count()
    {
        Assert.True(_board.Take(MessagePack.MessagePackSerializer.Serialize(new Dictionary<string, object>
        {
            ["router"] = "a", ["time_unix_ms"] = 1, ["valid_ms"] = 3_000, ["backends"] = new object[] { 1 },
        })));
        Assert.Empty(_board.Read().Routers);
    }

    [Fact]
    public void A_thousand_replicas_cost_little_on_the_wire_and_nobody_reads_them_who_is_not_asked()
    {
        var replicas = Enumerable.Range(0, 1_000).Select(number => new ReplicaWork($"replica-{number:x8}", ReplicaPhase.Serving, 8, 3, 1_000_000, 17));
        var body = (Report("a", []) with { Work = [new BackendWork("greet-v1") { Replicas = [.. replicas] }] }).Encode();
        Assert.InRange(body.Length, 1, 40 * 1_000);

        _board.Take(body);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _board.Take(body);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, body.Length, body.Length + 1_024);
        Assert.Equal(1_000, _board.Read().Replicas.Count);
    }

    private void Hear(QueueLengthReport report) => Assert.True(_board.Take(report.Encode()));

    private QueueLengthReport Report(string router, BackendLength[] backends, int validMs = 3_000) =>
        new(router, _time.GetUtcNow().ToUnixTimeMilliseconds(), validMs, backends);

    private QueueLengthReport Working(string router, long requests) => Report(router, [new("greet-v1", 0, 0, 8, 1)]) with
    {
        Endpoints = [new EndpointWork("greet") { Requests = requests }],
        Work =
        [
            new BackendWork("greet-v1")
            {
                Replies = requests,
                Replicas = [new ReplicaWork("r", router == "a" ? ReplicaPhase.Draining : ReplicaPhase.Serving, 8, 0, requests, 0)],
            },
        ],
    };
}
