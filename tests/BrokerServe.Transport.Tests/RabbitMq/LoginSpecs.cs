using System.Net;
using System.Net.Sockets;
using BrokerServe.Transport.Tests.Compliance;
using static BrokerServe.Transport.Tests.RabbitMq.RabbitMqFact;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>Who is let in, and what the others are told.</summary>
public sealed class LoginSpecs
{
    [Fact]
    public async Task A_wrong_password_is_a_refused_login_in_one_line_without_the_password()
    {
        var broker = await TestBroker.TestBroker.GetAsync();
        var exception = await FailsToConnectAsync(As(broker.Uri, "guest", "s3cret-and-wrong"), BrokerFault.LoginRefused);

        Assert.Contains("refused the login", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_listens_the_broker_is_unreachable()
    {
        var port = UnusedPort();
        var exception = await FailsToConnectAsync($"amqp://user:s3cret@127.0.0.1:{port}/", BrokerFault.Unreachable);

        Assert.Contains($"127.0.0.1:{port}", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_unreachable() =>
        await FailsToConnectAsync("amqp://no-such-host.invalid/", BrokerFault.Unreachable);

    [Fact]
    public async Task A_peer_that_accepts_and_says_nothing_is_unreachable_within_the_operation_timeout()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var connecting = FailsToConnectAsync(
            $"amqp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/", BrokerFault.Unreachable, TimeSpan.FromMilliseconds(300));

        var exception = await Patience.ForAsync(connecting, "the end of the attempt");
        Assert.Contains("did not answer within 0.3 s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_hangs_up_during_the_login_is_unreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var hangingUp = HangUpAsync(listener);
        await FailsToConnectAsync($"amqp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/", BrokerFault.Unreachable);
        await hangingUp;
    }

    [Fact]
    public async Task An_attempt_can_be_given_up()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var broker = BrokerAt($"amqp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        using var source = new CancellationTokenSource();
        var connecting = broker.ConnectAsync("spec", source.Token).AsTask();
        using var accepted = await listener.AcceptTcpClientAsync();

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Patience.ForAsync(connecting, "the end of the attempt"));
    }

    [Fact]
    public async Task An_unknown_virtual_host_is_not_found()
    {
        var broker = await TestBroker.TestBroker.GetAsync();
        var exception = await FailsToConnectAsync(new UriBuilder(broker.Uri) { Path = "nowhere" }.Uri.AbsoluteUri, BrokerFault.NotFound);
        Assert.Contains("no such virtual host", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_node_is_tried_when_one_is_down()
    {
        var up = new Uri((await TestBroker.TestBroker.GetAsync()).Uri);
        var nodes = $"127.0.0.1:{UnusedPort()},{up.Host}:{up.Port}";
        await using var broker = BrokerAt($"amqp://{up.UserInfo}@{nodes}/");
        Assert.Equal($"amqp://{nodes}/", broker.DisplayName);

        // Twice, because attempts begin with one node after the other.
        await using var first = await broker.ConnectAsync("spec", default);
        await using var second = await broker.ConnectAsync("spec", default);
    }

    private static async Task HangUpAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        _ = await client.GetStream().ReadAsync(new byte[8]);
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
