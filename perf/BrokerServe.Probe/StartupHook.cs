using BrokerServe.Probe;

/// <summary>What the runtime calls in a process that was started with <c>DOTNET_STARTUP_HOOKS</c> set to this assembly.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(ProbeServer.FolderVariable) is { Length: > 0 } folder)
        {
            ProbeServer.Start(folder);
        }
    }
}
