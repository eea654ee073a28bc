using System.Text.Json;
using System.Text.RegularExpressions;

namespace BrokerServe.Packages.Tests;

/// <summary>What <c>dotnet new</c> makes of the templates.</summary>
public sealed partial class TemplateSpecs(Feed feed) : IAsyncDisposable
{
    private readonly List<Command> _commands = [];

    public async ValueTask DisposeAsync() => await Task.WhenAll(_commands.Select(command => command.DisposeAsync().AsTask()));

    [Fact]
    public async Task A_worker_and_a_producer_find_each_other_through_the_tools_router_on_a_real_RabbitMQ()
    {
        var broker = (await TestBroker.TestBroker.GetAsync()).Uri;
        var prefix = TestBroker.TestBroker.Unique("packages");
        var worker = await feed.NewProjectAsync(Readme.NewWorker, "Acme.Greet-Worker", $"--broker {broker}");
        var container = Container.Read(Path.Combine(worker, "Dockerfile"));
        var app = Path.Combine(feed.Home, "app");
        await feed.RunAsync(worker, container.Publish.Replace("/app", app, StringComparison.Ordinal));
        await feed.NewProjectAsync(Readme.NewProducer, "Acme.Greet-Producer", $"--broker {broker}");
        await File.WriteAllTextAsync(Path.Combine(feed.User, "greet.json"), Readme.Configuration);

        var router = await feed.ToolAsync() + Readme.Router["brokerserve".Length..];
        var routing = Start(feed.User, $"{router} --prefix {prefix}", ("BROKERSERVE_BROKER", broker));
        var working = Start(app, container.EntryPoint, ("BrokerServe__Prefix", prefix));
        var run = Readme.RunProducer.Replace("GreetProducer", "Acme.Greet-Producer", StringComparison.Ordinal);
        var producing = Start(feed.User, run, ("BrokerServe__Prefix", prefix));

        Assert.True(await producing.WaitAsync() == 0, $"{producing.Error}\n{working.Output}\n{working.Error}\n{routing.Error}");
        Assert.Equal("Hello, Ada!\n", producing.Output);
        working.Terminate();
        await working.SucceedAsync();
        routing.Terminate();
        await routing.SucceedAsync();
    }

    [Theory]
    [InlineData(Readme.NewWorker, " --backend greet-v1", "\"greet-v1\"")]
    [InlineData(Readme.NewProducer, " --endpoint greet", "\"greet\"")]
    public async Task A_project_that_is_told_nothing_speaks_of_the_README_and_of_a_broker_beside_it(string command, string option, string said)
    {
        var project = await feed.NewProjectAsync(command.Replace(option, "", StringComparison.Ordinal), "Quiet-" + said.Trim('"'));
        var text = string.Concat(Directory.EnumerateFiles(project).Select(File.ReadAllText));

        Assert.Contains("\"amqp://guest:guest@localhost\"", text, StringComparison.Ordinal);
        Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.Contains($"Version=\"{feed.Version}\"", text, StringComparison.Ordinal);
        Assert.Empty(Placeholder().Matches(text));
    }

    [Theory]
    [InlineData(Readme.NewWorker, "--backend", "sums", "\"sums\"")]
    [InlineData(Readme.NewProducer, "--endpoint", "add", "\"add\"")]
    public async Task A_project_serves_or_calls_what_it_is_told_and_its_namespace_is_one(string command, string option, string name, string said)
    {
        var place = command.IndexOf(option, StringComparison.Ordinal);
        var project = await feed.NewProjectAsync($"{command[..place]}{option} {name}", $"Acme.Its-{name}", "--broker amqps://far/shop");
        var text = string.Concat(Directory.EnumerateFiles(project).Select(File.ReadAllText));

        Assert.Contains("\"amqps://far/shop\"", text, StringComparison.Ordinal);
        Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.Contains($"<RootNamespace>Acme.Its_{name}</RootNamespace>", text, StringComparison.Ordinal);
    }

    private Command Start(string folder, string line, params (string Name, string Value)[] environment)
    {
        _commands.Add(feed.Start(folder, line, environment));
        return _commands[^1];
    }

    [GeneratedRegex("[A-Z]{3,}_[A-Z]{3,}")]
    private static partial Regex Placeholder();

    /// <summary>What a project's Dockerfile does with it.</summary>
    private sealed record Container(string Publish, string EntryPoint)
    {
        public static Container Read(string path)
        {
            var lines = File.ReadAllLines(path);
            return new Container(Rest("RUN "), string.Join(' ', JsonSerializer.Deserialize<string[]>(Rest("ENTRYPOINT "))!));

            string Rest(string word) => lines.Single(line => line.StartsWith(word, StringComparison.Ordinal))[word.Length..];
        }
    }
}
