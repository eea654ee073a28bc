using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Router.Tests.Configuration;

public sealed class FileSpecs : IDisposable
{
    // A guard, not a measure: the file system tells within a second.
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("brokerserve-config-").FullName;

    [Fact]
    public async Task A_file_is_followed_and_when_it_disappears_the_last_good_one_stays_in_force()
    {
        var file = Path.Combine(_folder, "brokerserve.json");
        Save(file, """{ "BrokerServe": { "Endpoints": { "greet": { "Traffic": { "v1": 1 } } }, "Backends": { "v1": {}, "v2": {} } } }""");
        var configuration = new ConfigurationBuilder().AddJsonFile(file, optional: false, reloadOnChange: true).Build();
        using var book = new LogBook();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(book));
        services.AddBrokerServeRouter().LoadFromConfig(configuration.GetSection("BrokerServe"));
        await using var provider = services.BuildServiceProvider();
        var control = provider.GetRequiredService<IRouterControl>();
        var follower = ActivatorUtilities.CreateInstance<ConfigFollower>(provider); // Alone: the router beside it wants a broker.
        await follower.StartAsync(CancellationToken.None);

        var applied = book.Next("The configuration changed and is in force");
        Save(file, """{ "BrokerServe": { "Endpoints": { "greet": { "Traffic": { "v2": 1 } } }, "Backends": { "v1": {}, "v2": {} } } }""");
        await Within(applied, "The changed file was not applied.");
        Assert.Equal(["v2"], control.Current.Endpoints["greet"].Traffic!.Keys);

        var refused = book.Next("names no endpoint and no backend any more");
        File.Delete(file);
        await Within(refused, "The deleted file was not refused.");
        Assert.Equal(["v2"], control.Current.Endpoints["greet"].Traffic!.Keys);

        await follower.StopAsync(CancellationToken.None);
        (configuration as IDisposable)?.Dispose();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task Within(Task awaited, string missing) =>
        Assert.True(await Task.WhenAny(awaited, Task.Delay(Guard)) == awaited, missing);

    // As editors do: never half a file under the name.
    private static void Save(string file, string text)
    {
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }
}
