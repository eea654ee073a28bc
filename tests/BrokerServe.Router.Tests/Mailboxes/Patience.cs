namespace BrokerServe.Router.Tests.Mailboxes;

/// <summary>How long a test waits for what comes at once when all is well. Only what hangs for ever reaches it.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Awaits; fails with a sentence that says what did not happen.</summary>
    public static async Task For(Task task, string whatDidNotHappen)
    {
        if (await Task.WhenAny(task, Task.Delay(Limit)) != task)
        {
            Assert.Fail($"Within {Limit.TotalSeconds} s: {whatDidNotHappen}");
        }

        await task;
    }

    public static async Task<T> For<T>(Task<T> task, string whatDidNotHappen)
    {
        await For((Task)task, whatDidNotHappen);
        return await task;
    }
}
