using System.Globalization;
using System.Text;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Host.Config;

/// <summary>What <c>brokerserve config show</c> prints for people: what is in force, and what the router holds at most.</summary>
internal sealed class ConfigText
{
    private const int NameWidth = 24;
    private const int ValueWidth = 16;

    private readonly StringBuilder _text = new();

    public static string Of(RouterOptions options)
    {
        var text = new ConfigText();
        text.Write(options);
        return text._text.ToString();
    }

    private void Write(RouterOptions options)
    {
        var config = options.ToConfig();
        Heading("Router");
        Settings(options);
        Bounds(ConfigBounds.OfRouter(options));
        foreach (var (name, endpoint) in config.Endpoints.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            Heading($"Endpoint {name}");
            Settings(endpoint);
            Bounds(ConfigBounds.OfEndpoint(endpoint, config.Backends));
        }

        foreach (var (name, backend) in config.Backends.OrderBy(b => b.Key, StringComparer.Ordinal))
        {
            Heading($"Backend {name}");
            Settings(backend);
            Bounds(ConfigBounds.OfBackend(name, backend, config.Endpoints));
        }
    }

    private void Heading(string heading)
    {
        if (_text.Length > 0)
        {
            _text.AppendLine();
        }

        _text.AppendLine(heading);
    }

    private void Settings(object settings)
    {
        foreach (var setting in Setting.Of(settings.GetType()))
        {
            _text.AppendLine($"  {setting.Name,-NameWidth} {setting.PrintOf(settings)}");
        }
    }

    private void Bounds(IReadOnlyList<Bound> bounds)
    {
        _text.AppendLine("  holds at most");
        foreach (var bound in bounds)
        {
            var most = bound.Most?.ToString("N0", CultureInfo.InvariantCulture) ?? "not said here";
            _text.AppendLine($"    {bound.Name,-NameWidth + 2} {most,ValueWidth}  {bound.Explanation}");
        }
    }
}
