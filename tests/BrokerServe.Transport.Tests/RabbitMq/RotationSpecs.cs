using BrokerServe.RabbitMq;
using BrokerServe.Transport.Supervision;
using BrokerServe.Transport.Tests.Compliance;
using BrokerServe.Transport.Tests.Supervision;
using static BrokerServe.Transport.Tests.RabbitMq.RabbitMqFact;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>Logins that change while those who use them run.</summary>
public sealed class RotationSpecs : IAsyncLifetime
{
    private readonly string _user = TestBroker.TestBroker.Unique("rotated");
    private readonly string _file = Path.GetTempFileName();
    private TestBroker.TestBroker? _node;

    public async ValueTask InitializeAsync()
    {
        _node = await TestBroker.TestBroker.GetAsync();
        await _node.RabbitmqctlAsync("add_user", _user, "s3cret-before");
        await _node.RabbitmqctlAsync("set_permissions", _user, ".*", ".*", ".*");
        await File.WriteAllTextAsync(_file, $"{_user}:s3cret-before\n");
    }

    public async ValueTask DisposeAsync()
    {
        await _node!.RabbitmqctlAsync("delete_user", _user);
        File.Delete(_file);
    }

    [Fact]
    public async Task A_password_changes_and_open_connections_stay_and_new_ones_use_the_new_one()
    {
        await using var broker = Broker();
        await using var before = await broker.ConnectAsync("spec", default);
        await _node!.RabbitmqctlAsync("change_password", _user, "s3cret-after");

        // Between the broker's change and the file's nobody gets in, and nobody is told a secret.
        var refusal = await Assert.ThrowsAsync<BrokerException>(async () => await broker.ConnectAsync("spec", default));
        Assert.Equal(BrokerFault.LoginRefused, refusal.Fault);
        Assert.DoesNotContain("s3cret", refusal.ToString(), StringComparison.Ordinal);

        await File.WriteAllTextAsync(_file, $"{_user}:s3cret-after");
        await using var after = await broker.ConnectAsync("spec", default);
        await InboxAsync(after);
        await InboxAsync(before);
    }

    [Fact]
    public async Task A_supervised_connection_comes_back_with_the_new_password_and_no_line_of_the_log_has_either()
    {
        await using var broker = Broker();
        var log = new CapturedLog();
        using var stopping = new CancellationTokenSource();
        var sessions = System.Threading.Channels.Channel.CreateUnbounded<ConnectionSession>();
        var name = TestBroker.TestBroker.Unique("rotated supervised");
        var running = new ConnectionSupervisor(broker, name, new ReconnectOptions(), TimeProvider.System, log).RunAsync(
            async session =>
            {
                sessions.Writer.TryWrite(session);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(session.Connection.Closed, stopping.Token);
                await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            },
            stopping.Token);
        await Patience.ForAsync(sessions.Reader.ReadAsync().AsTask(), "the first session");

        await _node!.RabbitmqctlAsync("change_password", _user, "s3cret-after");
        await _node.CloseConnectionAsync(name, "the password has changed");
        await File.WriteAllTextAsync(_file, $"{_user}:s3cret-after");

        var second = await Patience.ForAsync(sessions.Reader.ReadAsync().AsTask(), "the second session");
        await InboxAsync(second.Connection);
        await stopping.CancelAsync();
        await Patience.ForAsync(running, "the end of the supervisor");
        Assert.NotEmpty(log.Lines);
        Assert.All(log.Lines, line => Assert.DoesNotContain("s3cret", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("s3cret alone")]
    [InlineData("user:s3cret\nanother:s3cret")]
    public async Task A_file_that_is_no_login_is_refused_at_once_and_not_repeated(string content)
    {
        await File.WriteAllTextAsync(_file, content);
        var exception = Assert.Throws<ArgumentException>(Broker);
        Assert.Contains("must hold user:password", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_said_at_once()
    {
        File.Delete(_file);
        Assert.Contains(_file, Assert.Throws<ArgumentException>(Broker).Message, StringComparison.Ordinal);
    }

    private RabbitMqBroker Broker() => new(new RabbitMqOptions { Uri = _node!.Uri, CredentialsFile = _file });
}
