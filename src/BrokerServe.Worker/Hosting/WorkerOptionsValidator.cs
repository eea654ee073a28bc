using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Worker.Handlers;
using Microsoft.Extensions.Options;

namespace BrokerServe.Worker;

/// <summary>
/// Checks what attributes cannot say: names, spans of time, how to reconnect, and relations between settings. Reports everything at once.
/// </summary>
/// <param name="backend">The one worker that this instance checks; other names are other workers' options.</param>
internal sealed class WorkerOptionsValidator(string backend) : IValidateOptions<BrokerServeWorkerOptions>
{
    private static readonly TimeSpan MaxBatchWait = TimeSpan.FromSeconds(60); // Above that, deadlines pass while batches wait.
    private static readonly TimeSpan MaxGrace = TimeSpan.FromMinutes(15); // Half of the time after which brokers take deliveries back.

    public ValidateOptionsResult Validate(string? name, BrokerServeWorkerOptions options)
    {
        if (name != backend)
        {
            return ValidateOptionsResult.Skip;
        }

        var failures = new List<string>();
        if (!Names.IsValid(backend))
        {
            failures.Add($"Backend name '{backend}': 1 to {Names.MaxLength} of A-Z a-z 0-9 _ . - beginning with a letter, a digit or _.");
        }

        if (!Names.IsValid(options.Prefix))
        {
            failures.Add(
                $"Prefix of worker {backend} is '{options.Prefix}'; it must be 1 to {Names.MaxLength} of A-Z a-z 0-9 _ . - beginning with a letter, a digit or _.");
        }

        if (options.Reconnect is { } reconnect)
        {
            failures.AddRange(reconnect.FindFaults().Select(fault => $"Reconnect:{fault.Setting} of worker {backend} {fault.Problem}."));
        }

        if (options.Handlers.Count == 0)
        {
            failures.Add($"Worker {backend} has no handler; add one by Handle, HandleRaw, HandleBatch or AddHandler.");
        }

        if (options.Serializers.Count == 0)
        {
            failures.Add($"Worker {backend} has no serializer; typed handlers need one, and raw handlers are happy with the default.");
        }

        if (options.GracePeriod < TimeSpan.Zero || options.GracePeriod > MaxGrace)
        {
            failures.Add($"GracePeriod of worker {backend} is {options.GracePeriod}; it must be 0 to {MaxGrace}.");
        }

        if (options.MaxConcurrentQueries + options.QueriesAhead > AnnouncementLimits.MaxConcurrent)
        {
            failures.Add(
                $"MaxConcurrentQueries and QueriesAhead of worker {backend} are {options.MaxConcurrentQueries} and {options.QueriesAhead}; "
                + $"a replica can announce {AnnouncementLimits.MaxConcurrent} for both together.");
        }

        CheckBatch(failures, "worker " + backend, options.MaxBatchSize, options.BatchWaitTimeout, options.MaxConcurrentQueries);
        foreach (var handler in options.Handlers)
        {
            if (handler is BatchHandler batch)
            {
                CheckBatch(
                    failures,
                    $"method {batch.Method} of worker {backend}",
                    batch.MaxBatchSize,
                    batch.BatchWaitTimeout ?? TimeSpan.Zero,
                    options.MaxConcurrentQueries);
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckBatch(List<string> failures, string place, int? size, TimeSpan wait, int limit)
    {
        if (size < 1 || size > limit)
        {
            failures.Add(
                $"MaxBatchSize of {place} is {size} and MaxConcurrentQueries is {limit}: each member of a batch takes a place of the limit, "
                + $"so the batch size must be 1 to {limit}.");
        }

        if (wait < TimeSpan.Zero || wait > MaxBatchWait)
        {
            failures.Add($"BatchWaitTimeout of {place} is {wait}; it must be 0 to {MaxBatchWait}.");
        }
    }
}
