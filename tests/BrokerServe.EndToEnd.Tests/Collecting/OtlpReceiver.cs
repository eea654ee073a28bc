using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace BrokerServe.EndToEnd.Tests.Collecting;

/// <summary>A collector of OTLP over HTTP that keeps the spans it gets, as protobuf or as JSON.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();

    public OtlpReceiver()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}");
        }

        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>What <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is to say.</summary>
    public Uri Url { get; }

    public IReadOnlyCollection<ReceivedSpan> Spans => _spans;

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                if (context.Request.Url!.AbsolutePath == "/v1/traces")
                {
                    var isJson = context.Request.ContentType is { } type && type.StartsWith("application/json", StringComparison.Ordinal);
                    foreach (var span in isJson ? ReadJson(body.ToArray()) : OtlpSpans.Read(body.ToArray()))
                    {
                        _spans.Enqueue(span);
                    }
                }

                context.Response.Close();
            }
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static ReceivedSpan[] ReadJson(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        return
        [
            .. json.RootElement.GetProperty("resourceSpans").EnumerateArray()
                .SelectMany(resource => resource.GetProperty("scopeSpans").EnumerateArray())
                .SelectMany(scope => scope.GetProperty("spans").EnumerateArray())
                .Select(span => new ReceivedSpan(Text(span, "traceId"), Text(span, "spanId"), Text(span, "parentSpanId"), Text(span, "name"))),
        ];

        static string Text(JsonElement span, string name) => span.GetProperty(name).GetString()!;
    }
}
