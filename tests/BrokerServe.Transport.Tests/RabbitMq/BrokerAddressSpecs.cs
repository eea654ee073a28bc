using BrokerServe.RabbitMq;
using BrokerServe.RabbitMq.Connecting;
using Microsoft.Extensions.DependencyInjection;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>What a broker URI says.</summary>
public sealed class BrokerAddressSpecs
{
    [Theory]
    [InlineData("amqp://localhost", "amqp://localhost:5672/", "guest", "guest", "/")]
    [InlineData("amqp://localhost/", "amqp://localhost:5672/", "guest", "guest", "/")]
    [InlineData("AMQPS://broker", "amqps://broker:5671/", "guest", "guest", "/")]
    [InlineData("amqp://ada:pw@broker:1234/orders", "amqp://broker:1234/orders", "ada", "pw", "orders")]
    [InlineData("amqp://ada@broker", "amqp://broker:5672/", "ada", "", "/")]
    [InlineData("amqp://a%40b:p%2Fw@broker/%2F", "amqp://broker:5672/", "a@b", "p/w", "/")]
    [InlineData("amqp://ada:p@ss:w/rd@broker/a%2Fb", "amqp://broker:5672/a%2Fb", "ada", "p@ss:w/rd", "a/b")]
    [InlineData("amqp://ada:pw@one, two:5673,[::1]:5674,[::1]/v", "amqp://one:5672,two:5673,[::1]:5674,[::1]:5672/v", "ada", "pw", "v")]
    public void A_uri_names_nodes_login_and_virtual_host(string uri, string display, string user, string password, string virtualHost)
    {
        Assert.True(BrokerAddress.TryParse(uri, out var address, out _));
        Assert.Equal(display, address!.ToString());
        Assert.Equal((user, password, virtualHost), (address.User, address.Password, address.VirtualHost));
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost:5672")]
    [InlineData("http://ada:s3cret@broker")]
    [InlineData("amqp://")]
    [InlineData("amqp://ada:s3cret@")]
    [InlineData("amqp://ada:s3cret")]
    [InlineData("amqp://ada:s3cret@broker:port")]
    [InlineData("amqp://ada:s3cret@broker:0")]
    [InlineData("amqp://ada:s3cret@broker:65536")]
    [InlineData("amqp://ada:s3cret@one,,two")]
    [InlineData("amqp://ada:s3cret@[::1")]
    [InlineData("amqp://ada:s3cret@broker/a/b")]
    [InlineData("amqp://ada:s3cret@broker?heartbeat=5")]
    public void A_uri_that_cannot_be_read_is_refused_at_once_without_the_password(string uri)
    {
        var builder = new Builder();
        var exception = Assert.Throws<ArgumentException>(() => builder.UseRabbitMq(uri));
        Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new RabbitMqBroker(new RabbitMqOptions { Uri = uri }));
    }

    [Fact]
    public void Every_option_that_cannot_work_is_named_at_once()
    {
        var exception = Assert.Throws<ArgumentException>(() => new RabbitMqBroker(new RabbitMqOptions
        {
            Uri = "nonsense",
            Heartbeat = TimeSpan.Zero,
            OperationTimeout = TimeSpan.FromDays(1),
            Limits = new BrokerLimits(MaxBodyBytes: 0, MaxHeaderBytes: 1_000_000),
        }));
        Assert.All(
            (string[])["URI", "Heartbeat", "OperationTimeout", "MaxBodyBytes", "MaxHeaderBytes"],
            name => Assert.Contains(name, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_carries_its_messages_over_the_broker_that_was_named()
    {
        var builder = new Builder().UseRabbitMq("amqp://ada:s3cret@broker/orders", options => options.Heartbeat = TimeSpan.FromSeconds(5));
        await using var services = builder.Services.BuildServiceProvider();
        var broker = services.GetRequiredService<IBroker>();

        Assert.Equal("amqp://broker:5672/orders", broker.DisplayName);
        Assert.Same(broker, services.GetRequiredService<IBroker>());
    }

    [Fact]
    public void There_must_be_a_host_and_a_name() =>
        Assert.All(
            [("builder", (Action)(() => ((Builder)null!).UseRabbitMq("amqp://broker"))), ("uri", () => new Builder().UseRabbitMq(null!))],
            refused => Assert.Throws<ArgumentNullException>(refused.Item1, refused.Item2));

    private sealed class Builder : IBrokerServeBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();
    }
}
