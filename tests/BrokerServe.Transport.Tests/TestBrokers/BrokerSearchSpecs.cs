using BrokerServe.TestBroker;

namespace BrokerServe.Transport.Tests.TestBrokers;

/// <summary>Where the tests' broker comes from, and what they say when there is none.</summary>
public sealed class BrokerSearchSpecs
{
    private const string NoEngine = "No Docker engine answers.";

    [Fact]
    public async Task Without_a_container_a_server_of_this_machine_is_taken_and_it_is_said_why()
    {
        var (node, origin) = await (Nothing with { StartLocalAsync = () => Started("amqp://local") }).FindAsync();

        Assert.Equal("amqp://local", node.Uri);
        Assert.Equal($"a server of this machine, for there is no container: {NoEngine}", origin);
    }

    [Fact]
    public async Task With_neither_a_named_broker_nor_Docker_nor_a_server_the_tests_fail_and_say_what_to_install()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Nothing.FindAsync());

        Assert.Equal(
            "There is no RabbitMQ to test with. Start Docker, or install the server (Debian: apt-get install rabbitmq-server); "
            + "for tests that need not stop the broker, BROKERSERVE_TEST_BROKER=amqp://... does, too. No Docker engine answers.",
            failure.Message);
    }

    [Fact]
    public async Task A_container_goes_before_a_server_of_this_machine_and_a_named_broker_before_both()
    {
        var both = Nothing with
        {
            TryContainerAsync = async _ => (await Started("amqp://container"), null),
            StartLocalAsync = () => Started("amqp://local"),
        };

        Assert.Equal("amqp://container", (await both.FindAsync()).Node.Uri);
        Assert.Equal("amqp://named", (await (both with { Uri = "amqp://named" }).FindAsync()).Node.Uri);
        Assert.False((await (both with { Uri = "amqp://named" }).FindAsync()).Node.CanBeControlled);
        Assert.True((await (both with { Uri = "amqp://named", Folder = "/nowhere" }).FindAsync()).Node.CanBeControlled);
        Assert.Equal("amqp://container", (await (both with { Uri = "amqp://named" }).StartAsync()).Node.Uri);
    }

    [Fact]
    public async Task A_broker_of_another_line_than_the_tests_are_for_is_refused_with_both_named()
    {
        var broker = await TestBroker.TestBroker.GetAsync();
        var search = Nothing with { Uri = broker.Uri, Line = broker.Version.Major == 4 ? 3 : 4 };

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => TestBroker.TestBroker.TakeAsync(search, s => s.FindAsync()));

        Assert.Equal(
            $"The tests shall run on RabbitMQ {search.Line}.x (BROKERSERVE_TEST_BROKER_LINE, or --broker of tests/run.sh), "
            + $"but the broker of BROKERSERVE_TEST_BROKER is RabbitMQ {broker.Version}.",
            failure.Message);
    }

    [Fact]
    public async Task A_broker_of_the_line_that_the_tests_are_for_is_taken()
    {
        var broker = await TestBroker.TestBroker.GetAsync();
        var search = Nothing with { Uri = broker.Uri, Line = broker.Version.Major };

        Assert.Equal(broker.Version, (await TestBroker.TestBroker.TakeAsync(search, s => s.FindAsync())).Version);
    }

    [Fact]
    public async Task A_Docker_engine_that_cannot_be_reached_is_no_engine_and_no_error()
    {
        var (node, whyNot) = await ContainerNode.TryStartAsync(4, engine: "tcp://127.0.0.1:1");

        Assert.Null(node);
        Assert.StartsWith("The Docker engine at tcp://127.0.0.1:1 does not answer: ", whyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "rabbitmq:3.10")]
    [InlineData(3, "rabbitmq:3.10")]
    [InlineData(4, "rabbitmq:4.0")]
    public void A_container_is_of_the_line_that_the_tests_are_for(int? line, string image) => Assert.Equal(image, ContainerNode.ImageOf(line));

    // A machine with neither Docker nor a server.
    private static BrokerSearch Nothing { get; } = new(
        Uri: null, Folder: null, Line: null, _ => Task.FromResult<(ITestNode?, string?)>((null, NoEngine)), StartLocalAsync: null);

    private static Task<ITestNode> Started(string uri) => Task.FromResult<ITestNode>(new GivenNode(uri));
}
