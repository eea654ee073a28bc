using System.Diagnostics;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Testing.Time;

/// <summary>Waits until nothing moves any more among the parts of a system.</summary>
/// <param name="parts">Those that live now.</param>
/// <param name="patience">How long to wait in real time; <see cref="Patience"/> but in tests of this very class.</param>
internal sealed class Stillness(Func<IReadOnlyList<IMovingPart>> parts, TimeSpan patience)
{
    /// <summary>A guard, not an expectation: what takes so long on any machine moves for ever.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Looks that only let others have the thread; after so many the wait is somebody's work, and looking would take its core.</summary>
    private const int QuickLooks = 200;

    /// <summary>
    /// One look is enough for what the parts know. What they do not see is code of the test's own that goes on by way of the thread pool, as
    /// after <c>Task.Yield</c>: while the pool has work, which may be another test's, so many looks are given to it.
    /// </summary>
    private const int LooksForThePool = 20;

    /// <exception cref="TimeoutException">Something moves for ever; the message says what.</exception>
    public async Task WaitAsync()
    {
        var since = Stopwatch.GetTimestamp();
        var quiet = 0;
        for (var looks = 0; ; looks++)
        {
            // Whoever runs on this thread comes to its end first, and what was queued before this has begun.
            await Task.Yield();
            var motion = FindMotion();
            quiet = motion is null ? quiet + 1 : 0;
            if (quiet > 0 && (IsPoolIdle() || quiet > LooksForThePool))
            {
                return;
            }

            if (motion is not null && Stopwatch.GetElapsedTime(since) > patience)
            {
                throw new TimeoutException($"Within {patience.TotalSeconds:0} s, it did not happen that everything came to rest: {motion}.");
            }

            if (looks >= QuickLooks)
            {
                await Task.Delay(1).ConfigureAwait(false);
            }
        }
    }

    /// <summary>No thread of the pool works but this one.</summary>
    private static bool IsPoolIdle()
    {
        ThreadPool.GetMaxThreads(out var threads, out _);
        ThreadPool.GetAvailableThreads(out var idle, out _);
        return threads - idle <= 1 && ThreadPool.PendingWorkItemCount == 0;
    }

    /// <summary>What moves; null when at one moment nothing did.</summary>
    private string? FindMotion()
    {
        var living = parts();
        var before = 0L;
        var after = 0L;
        return Look(living, ref before) ?? Look(living, ref after) ?? (before == after ? null : "messages come and go");
    }

    private static string? Look(IReadOnlyList<IMovingPart> living, ref long moves)
    {
        foreach (var part in living)
        {
            if (part.FindMotion(ref moves) is { } motion)
            {
                return motion;
            }
        }

        return null;
    }
}
