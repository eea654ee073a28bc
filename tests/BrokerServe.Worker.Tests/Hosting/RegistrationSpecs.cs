using BrokerServe.Transport.InMemory;
using BrokerServe.Transport.Supervision;
using BrokerServe.Worker.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BrokerServe.Worker.Tests.Hosting;

public sealed class RegistrationSpecs
{
    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_with_the_numbers()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => OptionsOf(worker =>
        {
            worker.Replicas = 0;
            worker.MaxConcurrentQueries = 4;
            worker.Prefix = "a b";
            worker.Reconnect = new ReconnectOptions { FirstDelay = TimeSpan.Zero };
            worker.GracePeriod = TimeSpan.FromHours(1);
            worker.HandleBatch<int, int>("square", (batch, _) => batch, maxBatchSize: 8, batchWaitTimeout: TimeSpan.FromHours(2));
        }));
        var message = string.Join('\n', exception.Failures);
        Assert.Contains("Replicas", message, StringComparison.Ordinal);
        Assert.Contains("01:00:00", message, StringComparison.Ordinal);
        Assert.Contains("MaxBatchSize of method square of worker greet-v1 is 8 and MaxConcurrentQueries is 4", message, StringComparison.Ordinal);
        Assert.Contains("Prefix of worker greet-v1 is 'a b'", message, StringComparison.Ordinal);
        Assert.Contains("Reconnect:FirstDelay of worker greet-v1 is 00:00:00; it must be above 0", message, StringComparison.Ordinal);
        Assert.Contains("02:00:00", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1_001, "QueriesAhead must be between 0 and 1000")]
    [InlineData(9_500, 501, "MaxConcurrentQueries and QueriesAhead of worker greet-v1 are 9500 and 501; a replica can announce 10000 for both together")]
    public void More_ahead_than_a_replica_can_say_is_refused(int limit, int ahead, string fault)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => OptionsOf(worker =>
        {
            worker.MaxConcurrentQueries = limit;
            worker.QueriesAhead = ahead;
            worker.HandleRaw(query => query.Echo());
        }));
        Assert.Contains(fault, Assert.Single(exception.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_without_a_handler_is_refused()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => OptionsOf(_ => { }));
        Assert.Contains("no handler", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_has_one_handler()
    {
        var options = new BrokerServeWorkerOptions().HandleRaw(query => query.Echo());
        var exception = Assert.Throws<ArgumentException>(() => options.Handle<int, int>(x => x));
        Assert.Contains("__call__", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_handler_whose_reply_would_be_a_task_is_refused()
    {
        var options = new BrokerServeWorkerOptions();
        Assert.Throws<ArgumentException>(() => options.Handle<int, Task<int>>(Task.FromResult));
        Assert.Throws<ArgumentException>(() => options.Handle<int, ValueTask<int>>("later", x => new ValueTask<int>(x)));
    }

    [Fact]
    public void A_class_that_cannot_be_served_is_refused_with_its_name()
    {
        var options = new BrokerServeWorkerOptions();
        Assert.Contains("Mute", Assert.Throws<ArgumentException>(() => options.AddHandler<Mute>()).Message, StringComparison.Ordinal);
        Assert.Contains("Greedy", Assert.Throws<ArgumentException>(() => options.AddHandler<Greedy>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backend_is_added_once()
    {
        var services = new ServiceCollection();
        services.AddBrokerServeWorker("greet-v1", worker => worker.HandleRaw(query => query.Echo()));
        services.AddBrokerServeWorker("greet-v2", worker => worker.HandleRaw(query => query.Echo()));
        Assert.Throws<InvalidOperationException>(() => services.AddBrokerServeWorker("greet-v1", _ => { }));
    }

    [Fact]
    public void A_worker_without_a_broker_says_what_to_add()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddBrokerServeWorker("greet-v1", worker => worker.HandleRaw(query => query.Echo()));
        using var provider = services.BuildServiceProvider();
        var exception = Assert.Throws<InvalidOperationException>(() => provider.GetServices<Microsoft.Extensions.Hosting.IHostedService>().ToList());
        Assert.Contains("UseInMemory", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_workers_share_a_host()
    {
        await using var worker = await WorkerHost.StartAsync(
            w => w.HandleRaw(query => query.Echo()),
            services => services.AddBrokerServeWorker("greet-v2", w => w.HandleRaw(query => query.Echo())));
        var second = await worker.Router.HearsAsync(Protocol.Announcements.AnnouncementKind.Join);
        Assert.Equal(["greet-v1", "greet-v2"], new[] { worker.Replica.Backend, second.Backend }.Order());
    }

    private static BrokerServeWorkerOptions OptionsOf(Action<BrokerServeWorkerOptions> configure)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddBrokerServeWorker("greet-v1", configure).UseBroker(new InMemoryBroker());
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<BrokerServeWorkerOptions>>().Get("greet-v1");
    }

    private sealed class Mute
    {
        public override string ToString() => "mute";
    }

    private sealed class Greedy
    {
        [CallMethod]
        public int Add(int left, int right) => left + right + GetHashCode();
    }
}
