using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance;

/// <summary>What the two kits have in common from the command line's view: what a run exits with, and what is said when it cannot be.</summary>
internal static class ConformanceRun
{
    /// <summary>The names at the broker.</summary>
    /// <exception cref="UsageException">The prefix is no name.</exception>
    public static ObjectNames NamesOf(string prefix) => Names.IsValid(prefix)
        ? new ObjectNames(prefix)
        : throw new UsageException($"--prefix is '{prefix}'; it must be 1 to {Names.MaxLength} of A-Z a-z 0-9 _ . - and begin with a letter, a digit or _.");

    /// <summary>Runs a kit.</summary>
    /// <param name="broker">The broker; disposed in the end.</param>
    /// <param name="run">The kit, until the token fires.</param>
    /// <param name="report">Where findings go.</param>
    /// <param name="strict">What was not observed counts as failed.</param>
    /// <param name="error">For what keeps a run from being.</param>
    /// <returns>What the process exits with.</returns>
    /// <exception cref="UsageException">The run was refused.</exception>
    public static async Task<int> RunAsync(
        IBroker broker, Func<CancellationToken, Task> run, Report report, bool strict, TextWriter error)
    {
        using var interruption = new Interruption();
        await using (broker)
        {
            try
            {
                await run(interruption.Token);
                return report.HasFailed(strict) ? ExitCodes.Failed : ExitCodes.Ok;
            }
            catch (BrokerException fault)
            {
                await error.WriteLineAsync($"unavailable: {fault.Message}");
            }
            catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
            {
                await error.WriteLineAsync("cancelled: The run was given up before there was anything to check.");
            }

            return ExitCodes.Failed;
        }
    }
}
