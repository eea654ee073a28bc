using System.Text;
using BrokerServe.Client;
using BrokerServe.EndToEnd.Tests.Control;
using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>The users of the documentation's table, on a real broker: enough to serve, and no more.</summary>
public sealed class PermissionSpecs(PermittedUsers users) : IClassFixture<PermittedUsers>
{
    private static readonly ObjectNames Names = new();
    [Fact]
    public async Task Each_user_can_do_what_it_must()
    {
        await ServesAsync();
        var unknown = await Assert.ThrowsAsync<BrokerServeException>(() => users.Client.InvokeRawAsync("nowhere", "x"u8.ToArray()).AsTask());
        Assert.Equal("endpoint_not_found", unknown.Code);
        await DoesAsync("producer", connection => PublishAsync(connection, Names.Cancels, ""));
        await DoesAsync("worker", connection => PublishAsync(connection, Names.Replies, "a plain replica's reply"));
        await DoesAsync("operator", async connection =>
        {
            const string Own = "brokerserve.operator.spec";
            await connection.DeclareQueueAsync(new QueueDeclaration(Own) { Exclusive = true }, default);
            await connection.BindAsync(Own, Names.Reports, "", default);
            await OpenAsync(connection, Own);
            await OpenAsync(connection, Names.Dead);
        });
    }

    [Fact]
    public async Task A_producer_reads_nobodys_messages_and_publishes_to_nobody_but_endpoints()
    {
        await using var others = await users.BrokerOf("guest", "guest").ConnectAsync("others", default);
        var bank = Names.ClientReplyQueue("bank-0123.1");
        await others.DeclareQueueAsync(new QueueDeclaration(bank) { Durable = true }, default);
        foreach (var queue in new[] { bank, Names.EndpointQueue("greet"), Names.Unroutable, Names.Dead })
        {
            await RefusedAsync("producer", $"reading {queue}", connection => OpenAsync(connection, queue));
        }

        foreach (var exchange in new[] { Names.Requests, Names.Replies, Names.Replicas, Names.Routers, Names.Cancels })
        {
            await RefusedAsync("producer", $"hearing {exchange}", async connection =>
            {
                var own = Names.ClientReplyQueue("shop.spec");
                await connection.DeclareQueueAsync(new QueueDeclaration(own) { Exclusive = true }, default);
                await connection.BindAsync(own, exchange, "", default);
            });
        }

        // The default exchange is the way to every queue: of replicas, of routers, of other producers.
        foreach (var exchange in new[] { "", Names.Replicas, Names.Routers, Names.Replies, Names.Unroutable, Names.Reports })
        {
            await RefusedAsync("producer", $"publishing to '{exchange}'", connection => PublishAsync(connection, exchange, bank));
        }

        await RefusedAsync("producer", "being a replica", connection => DeclareAsync(connection, Names.ReplicaQueue("greet-v1", "shop")));
        await RefusedAsync("producer", "being another producer", connection => DeclareAsync(connection, Names.ClientReplyQueue("bank-4567.1")));
        await ServesAsync();
    }

    [Fact]
    public async Task A_worker_reaches_nothing_but_its_own_backend()
    {
        foreach (var queue in new[] { Names.EndpointQueue("greet"), Names.Unroutable, Names.Dead })
        {
            await RefusedAsync("worker", $"reading {queue}", connection => OpenAsync(connection, queue));
        }

        foreach (var exchange in new[] { "", Names.Requests, Names.Routers, Names.Cancels, Names.Reports })
        {
            await RefusedAsync("worker", $"publishing to '{exchange}'", connection => PublishAsync(connection, exchange, Names.EndpointQueue("greet")));
        }

        await RefusedAsync("worker", "being of another backend", connection => DeclareAsync(connection, Names.ReplicaQueue("greet-v2", "mine")));
        await RefusedAsync("worker", "being a producer", connection => DeclareAsync(connection, Names.ClientReplyQueue("shop-1")));
        await ServesAsync();
    }

    [Fact]
    public async Task An_operator_looks_and_touches_nothing_and_a_router_reads_no_replies_to_producers()
    {
        foreach (var exchange in new[] { "", Names.Requests, Names.Replicas, Names.Routers })
        {
            await RefusedAsync("operator", $"publishing to '{exchange}'", connection => PublishAsync(connection, exchange, Names.EndpointQueue("greet")));
        }

        await RefusedAsync("operator", "reading requests", connection => OpenAsync(connection, Names.EndpointQueue("greet")));
        await RefusedAsync("operator", "deleting a queue", connection => connection.DeleteQueueAsync(Names.Dead, default).AsTask());
        await RefusedAsync("router", "being a producer", connection => DeclareAsync(connection, Names.ClientReplyQueue("shop-1")));
        await ServesAsync();
    }

    [Fact]
    public async Task An_author_changes_the_control_log_which_routers_read_and_nothing_else()
    {
        var author = new LogOperator(users.BrokerOf("author"), Names.Prefix);
        await using (author)
        {
            await author.ChangeAsync(control => control.ConfigureBackend("v1", new BackendConfig()));
            await DoesAsync("router", async connection =>
            {
                var session = await ControlSession.OpenAsync(connection, Names, known: null, TimeProvider.System, default);
                await using (session)
                {
                    await session.WriteSnapshotAsync(session.State, default);
                    Assert.Equal((await author.ReadAsync()).Hash, session.State.Hash);
                }
            });
        }

        await DoesAsync("author", async connection =>
        {
            const string Own = "brokerserve.operator.author";
            await connection.DeclareQueueAsync(new QueueDeclaration(Own) { Exclusive = true }, default);
            await connection.BindAsync(Own, Names.Replicas, "", default);
        });
        foreach (var exchange in new[] { "", Names.Requests, Names.Replicas, Names.Routers, Names.Cancels })
        {
            await RefusedAsync("author", $"publishing to '{exchange}'", connection => PublishAsync(connection, exchange, Names.Control));
        }

        await RefusedAsync("author", "reading requests", connection => OpenAsync(connection, Names.EndpointQueue("greet")));
        await RefusedAsync("operator", "changing the control log", connection => PublishAsync(connection, Names.Control, Names.Control));
        await ServesAsync();
    }

    private static async Task OpenAsync(IBrokerConnection connection, string queue)
    {
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(queue, 1), default);
        await consumer.StartAsync(new Deaf(), default);
    }

    private static Task DeclareAsync(IBrokerConnection connection, string queue) =>
        connection.DeclareQueueAsync(new QueueDeclaration(queue) { Exclusive = true }, default).AsTask();

    // Publishing is refused by the end of the channel.
    private static async Task PublishAsync(IBrokerConnection connection, string exchange, string routingKey)
    {
        var confirmed = new Confirmed();
        await using var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), confirmed, default);
        using var closed = publisher.Closed.UnsafeRegister(
            static state => ((Confirmed)state!).First.TrySetException(new BrokerException(BrokerFault.AccessDenied, "The channel was closed.")), confirmed);
        await publisher.PublishAsync(new OutboundMessage(exchange, routingKey, Mandatory: false, default, new byte[1]));
        await confirmed.First.Task.WaitAsync(ServingSystem.Patience);
    }

    private async Task ServesAsync()
    {
        var reply = await users.Client.InvokeRawAsync("greet", "still here"u8.ToArray()).AsTask().WaitAsync(ServingSystem.Patience);
        Assert.Equal("still here", Encoding.UTF8.GetString(reply.Body.Span));
    }

    private async Task DoesAsync(string kind, Func<IBrokerConnection, Task> act)
    {
        await using var connection = await users.BrokerOf(kind).ConnectAsync($"spec {kind}", default);
        await act(connection);
    }

    private async Task RefusedAsync(string kind, string what, Func<IBrokerConnection, Task> act)
    {
        var refusal = await Record.ExceptionAsync(() => DoesAsync(kind, act));
        Assert.True(refusal is BrokerException { Fault: BrokerFault.AccessDenied }, $"A {kind} was not refused {what}: {refusal?.Message ?? "it could"}");
    }

    private sealed class Deaf : IDeliveryHandler
    {
        public void OnDelivery(in Delivery delivery)
        {
        }
    }

    private sealed class Confirmed : IPublisherEvents
    {
        public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnConfirmed(ulong sequence, bool multiple) => First.TrySetResult();

        public void OnRefused(ulong sequence, bool multiple) => First.TrySetException(new InvalidOperationException("It was refused by a queue."));

        public void OnReturned(in ReturnedMessage message)
        {
        }
    }
}
