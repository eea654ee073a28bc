using System.Threading.Channels;
using BrokerServe.Transport.InMemory;
using BrokerServe.Transport.Supervision;
using BrokerServe.Transport.Tests.Compliance;
using Microsoft.Extensions.Logging.Abstractions;

namespace BrokerServe.Transport.Tests.Supervision;

public sealed class ConnectionSupervisorSpecs
{
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(5);

    private readonly ArmedTime _time = new();
    private readonly ScriptedBroker _broker = new();
    private readonly CapturedLog _log = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<ConnectionSession> _sessions = Channel.CreateUnbounded<ConnectionSession>();

    [Fact]
    public async Task Each_connection_is_a_new_epoch()
    {
        var running = Run(UntilClosed);
        for (var epoch = 1u; epoch <= 3; epoch++)
        {
            var connection = await _broker.AcceptsAsync();
            var session = await SessionAsync();
            Assert.Equal((epoch, connection), (session.Epoch, session.Connection));
            _time.Advance(Lasting);
            connection.Lose();
            await connection.DisposingAsync();
        }

        await StopAsync(running);
    }

    [Fact]
    public async Task Waits_double_from_the_first_to_the_longest_between_half_and_the_whole()
    {
        var running = Run(UntilClosed);
        foreach (var whole in new[] { 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000 })
        {
            await _broker.RefusesAsync();
            var wait = await _time.PassAsync();

            // Timers count whole milliseconds.
            Assert.InRange(wait.TotalMilliseconds, (whole / 2) - 1, whole);
        }

        await StopAsync(running);
    }

    [Fact]
    public async Task Waits_differ_between_parties_that_lost_the_same_broker()
    {
        var waits = new HashSet<TimeSpan>();
        var running = Run(UntilClosed, new ReconnectOptions { FirstDelay = TimeSpan.FromMinutes(1), MaxDelay = TimeSpan.FromMinutes(1) });
        for (var attempt = 0; attempt < 10; attempt++)
        {
            await _broker.RefusesAsync();
            waits.Add(await _time.PassAsync());
        }

        Assert.True(waits.Count > 5, $"10 waits, only {waits.Count} different ones");
        await StopAsync(running);
    }

    [Theory]
    [InlineData(BrokerFault.LoginRefused)]
    [InlineData(BrokerFault.AccessDenied)]
    [InlineData(BrokerFault.LimitReached)]
    public async Task What_only_an_operator_can_end_is_tried_again_slowly(BrokerFault fault)
    {
        var running = Run(UntilClosed);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await _broker.RefusesAsync(fault);
            Assert.InRange(await _time.PassAsync(), TimeSpan.FromSeconds(14.9), TimeSpan.FromSeconds(30));
        }

        await StopAsync(running);
    }

    [Fact]
    public async Task The_first_attempt_after_a_loss_follows_at_once()
    {
        var running = Run(UntilClosed);
        (await _broker.AcceptsAsync()).Lose();

        // Nobody moves the clock.
        await _broker.AcceptsAsync();
        await StopAsync(running);
    }

    [Fact]
    public async Task A_connection_that_is_lost_again_soon_counts_as_a_failed_attempt_until_one_lasts()
    {
        var running = Run(UntilClosed);
        (await _broker.AcceptsAsync()).Lose();
        foreach (var whole in new[] { 100, 200, 400 })
        {
            var connection = await _broker.AcceptsAsync();

            // The line that says "connected" waits for proof.
            Assert.Equal(Lasting, await _time.NextTimerAsync());
            connection.Lose();
            Assert.InRange((await _time.PassAsync()).TotalMilliseconds, (whole / 2) - 1, whole);
        }

        var lasting = await _broker.AcceptsAsync();
        await _time.PassAsync();
        lasting.Lose();
        await _broker.AcceptsAsync();
        await StopAsync(running);
    }

    [Fact]
    public async Task A_session_that_fails_is_tried_again_and_not_at_full_speed()
    {
        var running = Run(_ => throw new BrokerException(BrokerFault.TopologyMismatch, "The queue 'q' exists otherwise."));
        await _broker.AcceptsAsync();
        foreach (var whole in new[] { 100, 200, 400 })
        {
            Assert.InRange((await WaitBeforeAttemptAsync()).TotalMilliseconds, (whole / 2) - 1, whole);
            await _broker.AcceptsAsync();
        }

        await StopAsync(running);
        Assert.Equal(
            [
                "Connected to amqp://spec as 'spec' (epoch 1).",
                "Lost the connection to amqp://spec as 'spec' (TopologyMismatch): The queue 'q' exists otherwise. Connecting again.",
            ],
            _log.Lines);
    }

    [Fact]
    public async Task One_line_is_logged_when_the_state_changes()
    {
        var running = Run(UntilClosed);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await _broker.RefusesAsync();
            await _time.PassAsync();
        }

        await _broker.RefusesAsync(BrokerFault.LoginRefused, "The broker refused the login of 'guest'.");
        await _time.PassAsync();
        var connection = await _broker.AcceptsAsync();
        await SessionAsync();
        _time.Advance(Lasting);
        connection.Lose();
        await _broker.AcceptsAsync();
        await SessionAsync();
        await StopAsync(running);
        Assert.Equal(
            [
                "Cannot connect to amqp://spec as 'spec' (Unreachable): No node answered. Trying again until it works.",
                "Cannot connect to amqp://spec as 'spec' (LoginRefused): The broker refused the login of 'guest'. Trying again until it works.",
                "Connected to amqp://spec as 'spec' (epoch 1).",
                "Lost the connection to amqp://spec as 'spec' (Unreachable): The connection was reset. Connecting again.",
                "Connected to amqp://spec as 'spec' (epoch 2).",
            ],
            _log.Lines);
    }

    [Fact]
    public async Task A_dead_connection_that_does_not_say_good_bye_is_abandoned()
    {
        var running = Run(UntilClosed);
        var dead = await _broker.AcceptsAsync();
        dead.Goodbye = new TaskCompletionSource().Task;
        await SessionAsync();
        _time.Advance(Lasting);
        dead.Lose();
        Assert.Equal(TimeSpan.FromSeconds(5), await _time.PassAsync());

        await _broker.AcceptsAsync();
        Assert.True(dead.Aborted);
        Assert.Contains("The connection to amqp://spec as 'spec' did not close within 5 s and was abandoned.", _log.Lines);
        await StopAsync(running);
    }

    [Fact]
    public async Task Stopping_ends_an_attempt_to_connect()
    {
        var running = Run(UntilClosed);
        await _broker.AttemptAsync();
        await StopAsync(running);
    }

    [Fact]
    public async Task Stopping_ends_a_wait()
    {
        var running = Run(UntilClosed);
        await _broker.RefusesAsync();
        await _time.NextTimerAsync();
        await StopAsync(running);
    }

    [Fact]
    public async Task Stopping_lets_the_session_drain_and_then_says_good_bye()
    {
        var drained = new TaskCompletionSource();
        var running = Run(_ => drained.Task);
        var connection = await _broker.AcceptsAsync();
        await SessionAsync();
        await _stopping.CancelAsync();
        Assert.False(running.IsCompleted);

        drained.SetResult();
        await StopAsync(running);
        Assert.True(connection.DisposingAsync().IsCompletedSuccessfully);
        Assert.False(connection.Aborted);
    }

    [Fact]
    public async Task A_bug_in_a_session_ends_the_supervisor_and_closes_the_connection()
    {
        var running = Run(_ => throw new InvalidOperationException("a bug"));
        var connection = await _broker.AcceptsAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Patience.ForAsync(running, "the end of the supervisor"));
        await connection.DisposingAsync();
    }

    [Fact]
    public async Task It_comes_back_after_every_cut_of_a_real_broker()
    {
        await using var broker = new InMemoryBroker();
        var supervisor = new ConnectionSupervisor(broker, "spec", new ReconnectOptions(), TimeProvider.System, NullLogger.Instance);
        var running = supervisor.RunAsync(Observed(UntilClosed), _stopping.Token);
        for (var epoch = 1u; epoch <= 5; epoch++)
        {
            Assert.Equal(epoch, (await SessionAsync()).Epoch);
            Assert.Equal(1, broker.Cut());
        }

        await StopAsync(running);
    }

    private Task Run(Func<ConnectionSession, Task> session, ReconnectOptions? options = null)
    {
        var supervisor = new ConnectionSupervisor(
            _broker, "spec", options ?? new ReconnectOptions(), _time, _log, new Random(1));
        return supervisor.RunAsync(Observed(session), _stopping.Token);
    }

    private Func<ConnectionSession, Task> Observed(Func<ConnectionSession, Task> session) => life =>
    {
        _sessions.Writer.TryWrite(life);
        return session(life);
    };

    private async Task UntilClosed(ConnectionSession life)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(life.Connection.Closed, _stopping.Token);
        await Task.Delay(Timeout.Infinite, ends.Token);
    }

    private Task<ConnectionSession> SessionAsync() => Patience.ForAsync(_sessions.Reader.ReadAsync().AsTask(), "a session");

    /// <summary>Passes over the timers that wait for proof, which a session that fails at once takes back.</summary>
    private async Task<TimeSpan> WaitBeforeAttemptAsync()
    {
        var due = await _time.NextTimerAsync();
        due = due == Lasting ? await _time.NextTimerAsync() : due;
        _time.Advance(due);
        return due;
    }

    private async Task StopAsync(Task running)
    {
        await _stopping.CancelAsync();
        await Patience.ForAsync(running, "the end of the supervisor");
    }
}
