using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using BrokerServe.Host.Config;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve config</c>: what is wrong with a router's configuration, and what it comes to.</summary>
internal static class ConfigCommand
{
    private const string About = "Checks and explains a router's configuration without starting one.";

    private const string Details = """
        The file is read as a router reads it, environment variables over it included; no broker is asked.

          brokerserve config check brokerserve.json
          brokerserve config show brokerserve.json --json
          brokerserve config schema > brokerserve.schema.json

        A configuration that begins with "$schema": "./brokerserve.schema.json" is completed and explained by editors.

        Exits with 1 when the configuration is not right, and says everything that is wrong at once.
        """;

    // For terminals and files, not for web pages.
    private static readonly JsonSerializerOptions Printed = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create() => new DetailedCommand("config", About, Details)
    {
        Create("check", "Says everything that is wrong with a configuration, as a router would, or that nothing is.", Check),
        Create("show", "Prints the settings with defaults filled in, and the bound of every queue and buffer.", Show),
        CreateSchema(),
    };

    private static Command Create(string name, string about, Action<RouterOptions, string, bool, TextWriter> print)
    {
        var file = new Argument<string>("FILE") { Description = "The configuration, JSON." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new DetailedCommand(name, about, Details) { file, json };
        command.SetAction(parsed => Run(
            parsed.GetValue(file)!,
            parsed.GetValue(json),
            print,
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static DetailedCommand CreateSchema()
    {
        var command = new DetailedCommand("schema", "Prints the JSON schema of configurations, for editors and checkers.", Details);
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(ConfigSchema.Read()));
        return command;
    }

    private static int Run(
        string file, bool json, Action<RouterOptions, string, bool, TextWriter> print, TextWriter output, TextWriter error)
    {
        var (options, errors) = Read(file);
        if (errors.Count == 0)
        {
            print(options, file, json, output);
            return ExitCodes.Ok;
        }

        if (json)
        {
            WriteVerdict(file, errors, output);
        }
        else
        {
            foreach (var fault in errors)
            {
                error.WriteLine(fault);
            }
        }

        return ExitCodes.Failed;
    }

    // A file that is no JSON is one that is not right: here that is an answer, and no misuse of the command.
    private static (RouterOptions Options, IReadOnlyList<string> Errors) Read(string file)
    {
        try
        {
            return ConfigFile.Read(file);
        }
        catch (UsageException fault) when (File.Exists(file))
        {
            return (new RouterOptions(), [fault.Message]);
        }
    }

    private static void Check(RouterOptions options, string file, bool json, TextWriter output)
    {
        if (json)
        {
            WriteVerdict(file, [], output);
        }
        else
        {
            output.WriteLine($"{file} is right. Endpoints: {options.Endpoints.Count}. Backends: {options.Backends.Count}.");
        }
    }

    private static void Show(RouterOptions options, string file, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(ConfigJson.Of(options).ToJsonString(Printed));
        }
        else
        {
            output.Write(ConfigText.Of(options));
        }
    }

    private static void WriteVerdict(string file, IReadOnlyList<string> errors, TextWriter output) => output.WriteLine(
        new JsonObject
        {
            ["file"] = file,
            ["valid"] = errors.Count == 0,
            ["errors"] = new JsonArray([.. errors.Select(error => JsonValue.Create(error))]),
        }.ToJsonString(Printed));
}
