using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace BrokerServe.Host.Tests.Containers;

/// <summary>The image of the executable, run as processes: its command lines, and its health check.</summary>
public sealed class ImageSpecs(Published published) : IClassFixture<Published>
{
    private static readonly Dockerfile Image = Dockerfile.Read(DockerFolder.File("Dockerfile"));

    public static TheoryData<string> Services => ["router", "worker-v1", "worker-v2"];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_starts_by_its_command_line_is_unhealthy_without_a_broker_and_ends_when_told(string service)
    {
        var said = Compose.Texts(Compose.Read(DockerFolder.File("compose.yaml")).Services[service], "command");
        var port = FreePort();
        using var process = published.Start([.. Image.EntryPoint, .. said.Length > 0 ? said : Image.Command], port);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            await Within.ReasonAsync(UntilAliveAsync(process, port), $"{service} was alive");
            var (code, answer) = await published.RunAsync([.. Image.HealthCheck, "--url", $"http://127.0.0.1:{port}"], port);
            Assert.Equal(1, code);
            Assert.Contains("\"status\":\"Unhealthy\"", answer, StringComparison.Ordinal);

            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await Within.ReasonAsync(ExitCodeAsync(process), $"{service} ended");
            Assert.True(process.ExitCode == 0, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            await Task.WhenAll(error, output);
        }
    }

    [Fact]
    public async Task The_health_check_asks_where_the_image_answers()
    {
        var (_, help) = await published.RunAsync([.. Image.HealthCheck, "--help"], 0);

        Assert.Contains("http://0.0.0.0:8080", Image.Command);
        Assert.Contains("[default: http://127.0.0.1:8080/]", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_unhealthy()
    {
        var port = FreePort();
        var (code, answer) = await published.RunAsync([.. Image.HealthCheck, "--url", $"http://127.0.0.1:{port}"], port);

        Assert.Equal(1, code);
        Assert.Contains($"http://127.0.0.1:{port}/health: ", answer, StringComparison.Ordinal);
    }

    private static async Task<bool> UntilAliveAsync(Process process, int port)
    {
        using var http = new HttpClient();
        while (!process.HasExited)
        {
            try
            {
                return (await http.GetAsync(new Uri($"http://127.0.0.1:{port}/alive"))).StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50); // Nobody listens yet, and there is no event for it.
            }
        }

        throw new InvalidOperationException($"It ended with {process.ExitCode} before it was alive.");
    }

    private static async Task<int> ExitCodeAsync(Process process)
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
