using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Dispatch;

/// <summary>What of a backend's settings its workers are told.</summary>
internal static class WorkerSettings
{
    /// <summary>The command; what it leaves out goes back to the worker's own.</summary>
    public static ConfigureCommand Of(BackendModel backend, string router) => new(router)
    {
        MaxConcurrent = backend.MaxConcurrentQueries,
        MaxBatchSize = backend.MaxBatchSize,
        BatchWaitTimeoutMs = (int?)backend.BatchWaitTimeout?.TotalMilliseconds,
        UserConfig = backend.UserConfig,
    };
}
