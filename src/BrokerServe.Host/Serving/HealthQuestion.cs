namespace BrokerServe.Host.Serving;

/// <summary>Asks <c>/health</c> of another process.</summary>
internal static class HealthQuestion
{
    // Who asks gives up after a few seconds as well, and then nobody sees the reason.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Asks once; returns what the process exits with.</summary>
    public static async Task<int> AskAsync(Uri url, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var page = url.AbsolutePath == "/" ? new Uri(url, "/health") : url;

        // A proxy in the environment is for the world outside.
        using var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = Patience };
        using var http = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(page, cancellation);
            var said = await answer.Content.ReadAsStringAsync(cancellation);
            await (answer.IsSuccessStatusCode ? output : error).WriteLineAsync(said);
            return answer.IsSuccessStatusCode ? ExitCodes.Ok : ExitCodes.Failed;
        }
        catch (HttpRequestException failure)
        {
            await error.WriteLineAsync($"{page}: {failure.Message}");
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync($"{page}: no answer within {Patience.TotalSeconds} s.");
            return ExitCodes.Failed;
        }
    }
}
