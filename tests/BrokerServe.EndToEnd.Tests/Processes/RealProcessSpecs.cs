using BrokerServe.RabbitMq;
using BrokerServe.Transport;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>Specifications with processes of the executable over a real RabbitMQ.</summary>
public abstract class RealProcessSpecs : EndToEndSpecs
{
    private readonly List<Brokerserve> _processes = [];
    private string _uri = "";

    /// <summary>Where the broker is.</summary>
    protected string BrokerUri => _uri;

    protected override async Task<Func<IBroker>> GetBrokerAsync()
    {
        _uri = (await TestBroker.TestBroker.GetAsync()).Uri;
        return () => new RabbitMqBroker(new RabbitMqOptions { Uri = _uri });
    }

    protected override async ValueTask CleanUpAsync() => await Task.WhenAll(_processes.Select(p => p.DisposeAsync().AsTask()));

    /// <summary>Starts a process of this system, with its prefix.</summary>
    private protected Brokerserve RunHere(params string[] arguments) => Run([.. arguments, "--prefix", System.Prefix]);

    /// <summary>Starts a process.</summary>
    private protected Brokerserve Run(params string[] arguments) => RunAt(_uri, arguments);

    /// <summary>Starts a process that finds the broker elsewhere.</summary>
    private protected Brokerserve RunAt(string uri, params string[] arguments)
    {
        var process = Brokerserve.Start(uri, arguments);
        _processes.Add(process);
        return process;
    }
}
