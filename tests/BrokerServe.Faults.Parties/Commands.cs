using System.Globalization;

namespace BrokerServe.Faults.Parties;

/// <summary>Reads what a party shall do from standard input, line by line, and says when it is done.</summary>
internal static class Commands
{
    /// <summary>Runs until the input ends. What a command returns is said, after the command's own words.</summary>
    public static async Task RunAsync(Func<string[], Task<string>>? command = null)
    {
        Console.WriteLine("started");

        // Console.In reads without giving its thread back, and nothing else would happen meanwhile.
        using var input = new StreamReader(Console.OpenStandardInput());
        while (await input.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            var answer = words[0] == "heap"
                ? HeapBytes().ToString(CultureInfo.InvariantCulture)
                : await (command ?? throw new InvalidOperationException($"No such command: {line}"))(words);
            Console.WriteLine($"{line}: {answer}");
        }
    }

    // Twice, with finalizers between: what only they hold goes with the second.
    private static long HeapBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
