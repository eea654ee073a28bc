using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Dispatch;

/// <summary>What of a backend's settings its workers are told.</summary>
internal static class WorkerSettings
{
    /// <summary>The command, or null when the operator said nothing that concerns workers.</summary>
    public static ConfigureCommand? Of(BackendModel backend, string router) =>
        backend is { MaxConcurrentQueries: null, MaxBatchSize: null, BatchWaitTimeout: null, UserConfig: null }
            ? null
            : new ConfigureCommand(router)
            {
                MaxConcurrent = backend.MaxConcurrentQueries,
                MaxBatchSize = backend.MaxBatchSize,
                BatchWaitTimeoutMs = (int?)backend.BatchWaitTimeout?.TotalMilliseconds,
                UserConfig = backend.UserConfig,
            };
}
