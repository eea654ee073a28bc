using System.Text.RegularExpressions;

namespace BrokerServe.Packages.Tests;

/// <summary>What the README tells to type; tests type it, and <see cref="ReadmeSpecs"/> finds it there.</summary>
internal static partial class Readme
{
    public static readonly string Text = Repository.Read("README.md");

    public const string Pack = "dotnet pack -c Release -o artifacts/packages";

    public const string InstallTool = "dotnet tool install --global BrokerServe.Tool --add-source artifacts/packages";

    public const string InstallTemplates = "dotnet new install artifacts/packages/BrokerServe.Templates.0.1.0.nupkg";

    public const string NewWorker = "dotnet new brokerserve-worker --name GreetWorker --backend greet-v1";

    public const string NewProducer = "dotnet new brokerserve-producer --name GreetProducer --endpoint greet";

    public const string Router = "brokerserve router --config greet.json";

    public const string RunWorker = "dotnet run --project GreetWorker";

    public const string RunProducer = "dotnet run --project GreetProducer -- Ada";

    public const string RunSample = "dotnet run -c Release --project samples/dotnet/OneHost";

    /// <summary>What the router between the projects of the templates is to read.</summary>
    public static string Configuration => File().Match(Text).Groups[1].Value;

    [GeneratedRegex("<!-- file: greet.json -->\n```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex File();
}
