using BrokerServe.Protocol;
using BrokerServe.Worker.Replies;
using BrokerServe.Worker.Scheduling;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.Scheduling;

/// <summary>Whatever happens in whatever order, the laws hold: one answer for each query, never too many running, no place leaks.</summary>
public sealed class SchedulerModelSpecs
{
    private readonly int _seed = Environment.TickCount;

    [Fact]
    public void Every_query_is_answered_exactly_once_and_no_place_leaks_whatever_happens()
    {
        for (var run = 0; run < 60; run++)
        {
            new Run(_seed + run).Play();
        }
    }

    private sealed class Run(int seed)
    {
        private const int Limit = 6;
        private readonly Random _random = new(seed);
        private readonly HashSet<(string Key, ulong Ticket)> _open = [];
        private readonly List<Work> _running = [];
        private readonly ReplicaHarness _replica = new(Limit, worker =>
        {
            worker.HandleBatch<int, int>("square", (batch, _) => batch, 4, TimeSpan.FromMilliseconds(20));
            worker.HandleBatch<int, int>("cube", (batch, _) => batch, 3, TimeSpan.Zero);
            worker.QueriesAhead = AheadOf(seed);
        });

        private ulong _ticket;
        private string _what = "start";

        public void Play()
        {
            ScriptedRouter[] routers = [_replica.Router("router-a"), _replica.Router("router-b"), _replica.Router("router-c")];
            for (var step = 0; step < 400; step++)
            {
                Step(routers[_random.Next(routers.Length)], step);
                Check(step);
            }

            // Everybody's handlers end, and then nothing is left.
            for (var step = 400; _running.Count > 0 || _replica.Scheduler.HeldCount > 0; step++)
            {
                Assert.True(step < 5_000, Say(step, "the replica does not come to rest"));
                _what = "rest";
                EndOne();
                _replica.Passes(25);
                Check(step);
            }

            Assert.True(_open.Count == 0, Say(5_000, $"{_open.Count} queries were never answered"));
            Assert.True(_replica.Scheduler.Running == 0, Say(5_000, "a place at the gate leaked"));
        }

        private void Step(ScriptedRouter router, int step)
        {
            switch (_random.Next(20))
            {
                case < 7:
                    _what = "send";
                    Send(router);
                    break;
                case < 13:
                    _what = "end";
                    EndOne();
                    break;
                case < 15:
                    _what = "cancel";
                    router.Cancels([.. Enumerable.Range(0, 3).Select(_ => (ulong)_random.NextInt64((long)_ticket + 1))]);
                    break;
                case 15:
                    _what = "configure";
                    router.Configures(_random.Next(3) == 0 ? null : _random.Next(1, 10), _random.Next(2) == 0 ? null : _random.Next(1, 6), _random.Next(40));
                    break;
                case 16:
                    _what = "sync";
                    router.Syncs(router.Incarnation + 1, router.Epoch + (uint)_random.Next(2));
                    break;
                case 17 when step % 40 == 0:
                    _what = "life";
                    _replica.Dies();
                    _open.Clear();
                    _replica.Lives($"replica-{step}");
                    break;
                default:
                    _what = "time";
                    _replica.Passes(_random.Next(40));
                    break;
            }
        }

        private void Send(ScriptedRouter router)
        {
            var queries = new Query[_random.Next(1, 5)];
            for (var i = 0; i < queries.Length; i++)
            {
                queries[i] = new Query(++_ticket)
                {
                    Method = _random.Next(6) switch { 0 or 1 => "square", 2 => "cube", 3 when _random.Next(4) == 0 => "none", _ => null },
                    TimeLeftMs = _random.Next(4) == 0 ? _random.Next(0, 100) : 100_000,
                };
                _open.Add((router.ReplyKey, _ticket));
            }

            router.SendsFrame(queries);
        }

        private void EndOne()
        {
            if (_running.Count == 0)
            {
                return;
            }

            var work = _running[_random.Next(_running.Count)];
            _running.Remove(work);
            var ticket = (work is Batch batch ? batch.Members[0] : (HeldQuery)work).Ticket.Value;
            switch (_random.Next(3))
            {
                case 0:
                    _replica.Throws(ticket, new OperationCanceledException());
                    break;
                case 1:
                    _replica.Throws(ticket, new FormatException());
                    break;
                default:
                    _replica.Ends(ticket);
                    break;
            }
        }

        private void Check(int step)
        {
            foreach (var said in _replica.Said.Where(said => said.Kind == OutgoingKind.Reply))
            {
                Assert.True(_open.Remove((said.Route!.Key, said.Ticket.Value)), Say(step, $"{said.Ticket.Value} was answered twice, or was nobody's"));
                Assert.True(said.Status != ReplyStatus.Ok || said.Payload.Length > 0, Say(step, "an empty success"));
            }

            _replica.Said.Clear();
            var places = _replica.Starts.Sum(work => work is Batch batch ? batch.Members.Count : 1);
            Assert.True(
                places == 0 || _replica.Scheduler.Running <= _replica.Scheduler.Limit,
                Say(step, $"{_replica.Scheduler.Running} run with a limit of {_replica.Scheduler.Limit}"));
            Assert.True(_replica.Scheduler.Running <= Limit, Say(step, "more run than the worker's own limit"));
            Assert.True(_replica.Scheduler.HeldCount <= (Limit + AheadOf(seed)) * 3, Say(step, "more is held than three routers may have here"));
            Assert.True(_replica.Scheduler.HeldCount == _open.Count, Say(step, $"{_replica.Scheduler.HeldCount} held and {_open.Count} open"));
            _running.AddRange(_replica.Starts);
            _replica.Starts.Clear();
            _replica.Cancels.Clear();
        }

        private static int AheadOf(int seed) => (seed & int.MaxValue) % 3;

        private string Say(int step, string wrong) => $"Seed {seed}, step {step} ({_what}): {wrong}.";
    }
}
