using System.Globalization;
using BrokerServe.Client;
using BrokerServe.EndToEnd.Tests;
using BrokerServe.Foreign.Tests.Languages;
using BrokerServe.RabbitMq;
using BrokerServe.Router.Configuration;
using BrokerServe.Transport;

namespace BrokerServe.Foreign.Tests;

/// <summary>A router and parts of our own beside processes of another language, on a real RabbitMQ.</summary>
public abstract class ForeignSpecs : EndToEndSpecs
{
    private readonly List<Script> _scripts = [];

    /// <summary>Where the broker is.</summary>
    private protected string Uri { get; private set; } = "";

    /// <summary>Another client of the broker.</summary>
    private protected IBroker Broker() => new RabbitMqBroker(new RabbitMqOptions { Uri = Uri });

    protected override async Task<Func<IBroker>> GetBrokerAsync()
    {
        Uri = (await TestBroker.TestBroker.GetAsync()).Uri;
        return Broker;
    }

    protected override async ValueTask CleanUpAsync() => await Task.WhenAll(_scripts.Select(script => script.DisposeAsync().AsTask()));

    /// <summary>Starts the sample worker of a language for a backend.</summary>
    private protected Script StartWorker(Language language, string backend, int maxConcurrent = 8, string? uri = null, int graceSeconds = 20) =>
        Start(language, language.Sample("worker"), [backend, $"{maxConcurrent}"], uri, ("BROKERSERVE_GRACE", $"{graceSeconds}"));

    /// <summary>Makes one call with the sample producer of a language, and returns what it printed.</summary>
    private protected Task<(int Code, string Output, string Error)> ProduceAsync(Language language, params string[] arguments) =>
        EndAsync(Start(language, language.Sample("producer"), arguments));

    /// <summary>Waits for the end of a process, and returns what it printed.</summary>
    private protected static async Task<(int Code, string Output, string Error)> EndAsync(Script script) =>
        (await script.WaitAsync(), script.Output.Trim(), script.Error.Trim());

    /// <summary>Starts a file of a language, by default as a neighbour of the broker.</summary>
    private protected Script Start(Language language, string file, IEnumerable<string> arguments, string? uri = null, params (string Name, string Value)[] environment)
    {
        var all = new Dictionary<string, string>(language.Environment)
        {
            ["BROKERSERVE_BROKER"] = uri ?? Uri,
            ["BROKERSERVE_PREFIX"] = System.Prefix,
        };
        foreach (var (name, value) in environment)
        {
            all[name] = value;
        }

        var script = Script.Start(language.FindInterpreter(), file, arguments, all);
        _scripts.Add(script);
        return script;
    }

    /// <summary>Backends that share an endpoint.</summary>
    private protected static Action<RouterOptions> Splitting(string endpoint, IReadOnlyDictionary<string, double> traffic) => options =>
    {
        options.Endpoints[endpoint] = new EndpointConfig { Traffic = traffic };
        foreach (var backend in traffic.Keys)
        {
            options.Backends[backend] = new BackendConfig();
        }
    };

    /// <summary>What the sample worker's <c>describe</c> says.</summary>
    private protected static async Task<Description> DescribeAsync(IBrokerServeClient client, string endpoint, InvokeOptions? options = null)
    {
        var said = await client
            .InvokeAsync<string?, Dictionary<string, object>>(endpoint, null, (options ?? new InvokeOptions()) with { Method = "describe" })
            .AsTask().WaitAsync(ServingSystem.Patience);
        var headers = (Dictionary<object, object>)said["headers"];
        return new Description(
            Convert.ToInt32(said["process"], CultureInfo.InvariantCulture),
            headers.ToDictionary(header => (string)header.Key, header => header.Value));
    }

    /// <summary>Which process answered, and the headers of the query that it got.</summary>
    internal sealed record Description(int Process, IReadOnlyDictionary<string, object> Headers);
}
