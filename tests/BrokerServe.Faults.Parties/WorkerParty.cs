using System.Buffers.Binary;
using System.Runtime.InteropServices;
using BrokerServe.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BrokerServe.Faults.Parties;

/// <summary>A replica that puts down each query before and after it has worked on it. It answers a number with twice that number.</summary>
/// <remarks>A number below zero is poison: it ends the process as a crash does.</remarks>
internal static class WorkerParty
{
    public static async Task<int> RunAsync(Settings settings, Journal journal)
    {
        var work = TimeSpan.FromMilliseconds(settings.Number("work", 0));
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.AddBrokerServeWorker(settings.Text("backend", "v1"), worker =>
        {
            worker.Prefix = settings.Prefix;
            worker.Reconnect = Settings.Reconnect;
            worker.MaxConcurrentQueries = settings.Number("limit", 16);
            worker.QueriesAhead = settings.Number("ahead", 0);
            worker.HandleRaw(async (query, cancellation) =>
            {
                if (query.Payload.Length != sizeof(long))
                {
                    return new ReplyPayload(query.Payload, query.ContentType); // Of a stranger, who keeps no journal.
                }

                var id = BinaryPrimitives.ReadInt64LittleEndian(query.Payload.Span);
                journal.Began(id, query.Replica, query.Attempt);
                if (id < 0)
                {
                    Environment.FailFast("poison");
                }

                try
                {
                    await (work > TimeSpan.Zero ? Task.Delay(work, cancellation) : Task.CompletedTask);
                }
                catch (OperationCanceledException)
                {
                    journal.GaveUp(id, query.Replica);
                    throw;
                }

                var answer = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(answer, 2 * id);
                journal.Ran(id, query.Replica);
                return new ReplyPayload(answer, query.ContentType);
            });
        }).UseRabbitMq(settings.Broker);
        using var host = builder.Build();
        await host.StartAsync();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stopped.TrySetResult();
        });
        await Task.WhenAny(Commands.RunAsync(), stopped.Task);
        await host.StopAsync();
        return 0;
    }
}
