using BrokerServe.Bench;
using BrokerServe.Bench.Running;
using Xunit;

namespace BrokerServe.Benchmarks.Tests.Bench;

/// <summary>What is read of processes and brokers.</summary>
public sealed class CountingSpecs
{
    [Fact]
    public void Processor_time_is_user_and_kernel_time_whatever_the_process_is_called()
    {
        const string Stat = "42 (a (strange) name) S 1 42 42 0 -1 4194560 1 2 3 4 150 25 9 9 20 0 8 0 100 1 1";
        Assert.Equal(1.75, ProcessorTime.Parse(Stat));
    }

    [Fact]
    public void Processor_time_of_this_process_is_what_the_runtime_says()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var before = process.TotalProcessorTime.TotalSeconds;
        var read = ProcessorTime.Of(Environment.ProcessId);
        process.Refresh();

        Assert.InRange(read, before - 0.02, process.TotalProcessorTime.TotalSeconds + 0.02); // The kernel's clock ticks every 10 ms.
    }

    [Fact]
    public void Counters_are_summed_over_types_of_queues()
    {
        const string Overview = """
            #{[{protocol, amqp091}] => #{consumers => 3, messages_confirmed_total => 7, messages_received_confirm_total => 8,
            messages_received_total => 40, messages_routed_total => 41}, [{protocol, amqp091}, {queue_type, rabbit_classic_queue}] =>
            #{messages_acknowledged_total => 5, messages_delivered_consume_auto_ack_total => 99, messages_delivered_total => 30},
            [{protocol, amqp091}, {queue_type, rabbit_quorum_queue}] => #{messages_acknowledged_total => 1, messages_delivered_total => 2}}
            """;

        Assert.Equal(new BrokerCounts(40, 32, 6, 7), BrokerCounts.OfErlang(Overview));
    }

    [Fact]
    public void The_same_counters_are_read_from_a_page_of_metrics()
    {
        const string Page = """
            # TYPE rabbitmq_global_messages_received_total counter
            rabbitmq_global_messages_received_total{protocol="amqp091"} 40
            rabbitmq_global_messages_received_total{protocol="amqp10"} 1000
            rabbitmq_global_messages_received_confirm_total{protocol="amqp091"} 8
            rabbitmq_global_messages_confirmed_total{protocol="amqp091"} 7
            rabbitmq_global_messages_delivered_total{protocol="amqp091",queue_type="rabbit_classic_queue"} 3.0e1
            rabbitmq_global_messages_delivered_total{protocol="amqp091",queue_type="rabbit_quorum_queue"} 2
            rabbitmq_global_messages_acknowledged_total{queue_type="rabbit_classic_queue",protocol="amqp091"} 6
            """;

        Assert.Equal(new BrokerCounts(40, 32, 6, 7), BrokerCounts.OfPrometheus(Page));
    }

    [Fact]
    public void A_broker_without_counters_is_told_apart_from_one_that_did_nothing()
    {
        Assert.Throws<BenchException>(() => BrokerCounts.OfErlang("{undef,[{rabbit_global_counters,overview,[],[]}]}"));
        Assert.Throws<BenchException>(() => BrokerCounts.OfPrometheus("up 1\n"));
    }

    [Fact]
    public void What_was_done_between_two_moments_is_shared_out_over_requests()
    {
        var each = (new BrokerCounts(500, 400, 20, 100) - new BrokerCounts(100, 0, 0, 0)).For(100);

        Assert.Equal((4, 4, 0.2, 1), (each.Received, each.Delivered, each.Acknowledged, each.Confirmed));
        Assert.Equal(9.2, each.Operations, 6);
    }

    [Fact]
    public void Ratios_of_the_benchmarks_are_read_with_their_parameter()
    {
        var ratio = Assert.Single(DispatcherRun.Parse("""
            [{"Topic":"T","Name":"Life","Parameters":"Replicas=10","Nanoseconds":79.0004,"Channel":19.3,"Ratio":4.07,"Low":4.06,"High":4.08}]
            """));

        Assert.Equal(("T", "Life", "Replicas", 10), (ratio.Topic, ratio.Name, ratio.Parameter, ratio.Value));
        Assert.Equal((79, 4.07, 4.06, 4.08), (ratio.Nanoseconds, ratio.Ratio, ratio.Low, ratio.High));
    }
}
