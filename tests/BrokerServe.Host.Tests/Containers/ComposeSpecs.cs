using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BrokerServe.Host.Config;
using BrokerServe.Host.Tests.Config;

namespace BrokerServe.Host.Tests.Containers;

/// <summary>What lies in <c>docker</c> fits together, as far as can be told without an engine.</summary>
public sealed partial class ComposeSpecs
{
    // Of the compose specification, what we use: a key that is misspelt is not among them.
    private static readonly string[] KnownKeys = ["name", "services", "volumes", "x-brokerserve"];
    private static readonly string[] KnownServiceKeys =
    [
        "build", "command", "depends_on", "deploy", "entrypoint", "environment", "healthcheck", "hostname", "image", "pid", "ports", "profiles", "restart",
        "stop_grace_period", "ulimits", "user", "volumes",
    ];

    public static TheoryData<string> ComposeFiles => [.. Directory.GetFiles(DockerFolder.Folder, "compose*.yaml").Select(file => Path.GetFileName(file))];

    public static TheoryData<string> Dockerfiles => [.. Directory.GetFiles(DockerFolder.Folder, "*Dockerfile").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(ComposeFiles))]
    public void A_compose_file_says_only_what_compose_knows_and_names_only_what_is_there(string name)
    {
        var compose = Compose.Read(DockerFolder.File(name));

        Assert.Equal([], compose.Keys.Except(KnownKeys));
        foreach (var (service, settings) in compose.Services)
        {
            Assert.Equal([], settings.Keys.Cast<string>().Except(KnownServiceKeys));
            foreach (var source in Compose.Texts(settings, "volumes").Select(volume => volume.Split(':')[0]))
            {
                Assert.True(
                    source[0] == '.' ? Path.Exists(DockerFolder.File(source)) : compose.Volumes.Contains(source),
                    $"{service} mounts {source}, which is not there.");
            }

            if (settings.TryGetValue("build", out var build))
            {
                var context = DockerFolder.File((string)Compose.Map(build)["context"]);
                Assert.True(File.Exists(Path.Combine(context, (string)Compose.Map(build)["dockerfile"])), $"{service} is built from a file that is not there.");
            }

            if (settings.TryGetValue("depends_on", out var others))
            {
                Assert.Equal([], Compose.Map(others).Keys.Cast<string>().Except(compose.Services.Keys));
                Assert.All(Compose.Map(others).Keys.Cast<string>(), other => Assert.Contains("healthcheck", compose.Services[other].Keys));
            }
        }
    }

    [Theory]
    [MemberData(nameof(ComposeFiles))]
    public void Every_image_of_a_compose_file_is_pinned(string name)
    {
        foreach (var service in Compose.Read(DockerFolder.File(name)).Services)
        {
            Assert.Matches(Pinned(), (string)service.Value["image"]);
        }
    }

    [Theory]
    [MemberData(nameof(Dockerfiles))]
    public void A_Dockerfile_begins_with_pinned_images_copies_what_is_there_and_gives_no_rights(string name)
    {
        var dockerfile = Dockerfile.Read(DockerFolder.File(name));

        Assert.NotEmpty(dockerfile.Images);
        Assert.All(dockerfile.Images, image => Assert.Matches(Pinned(), image));
        Assert.All(dockerfile.Sources, source => Assert.True(Path.Exists(Path.Combine(DockerFolder.Root, source)), $"{source} is not there."));
        Assert.True(int.Parse(dockerfile.User, System.Globalization.CultureInfo.InvariantCulture) > 0, "The user has all rights.");
        Assert.True(File.Exists(DockerFolder.File(name + ".dockerignore")), "Everything in the repository would be sent to the engine.");
    }

    [Fact]
    public async Task The_configuration_is_right_keeps_to_the_schema_and_says_the_same_as_the_brokers()
    {
        var file = DockerFolder.File("brokerserve.json");
        var (code, _, error) = await Trial.RunAsync("config", "check", file);
        Assert.Equal((0, ""), (code, error));

        var document = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        Assert.True(File.Exists(DockerFolder.File((string)document["$schema"]!)), "The schema that it names is not there.");
        Assert.Equal([], SchemaCheck.Faults(document, JsonNode.Parse(ConfigSchema.Read())!.AsObject()));

        var consumerTimeout = Regex.Match(await File.ReadAllTextAsync(DockerFolder.File("rabbitmq.conf")), "^consumer_timeout = ([0-9]+)$", RegexOptions.Multiline);
        Assert.Equal(ConfigFile.Read(file).Options.BrokerConsumerTimeout.TotalMilliseconds, double.Parse(consumerTimeout.Groups[1].Value));
    }

    [Fact]
    public void Every_backend_of_the_configuration_has_its_worker()
    {
        var services = Compose.Read(DockerFolder.File("compose.yaml")).Services.Values;
        var workers = services.Select(service => Compose.Texts(service, "command")).Where(command => command is ["worker", ..]).Select(command => command[1]);
        var python = Dockerfile.Read(DockerFolder.File("python.Dockerfile")).Command[0];

        Assert.Equal(
            ConfigFile.Read(DockerFolder.File("brokerserve.json")).Options.Backends.Keys.Order(StringComparer.Ordinal),
            workers.Append(python).Order(StringComparer.Ordinal));
    }

    // A version to the last place, or a digest.
    [GeneratedRegex(@":v?[0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9.-]+)?$|@sha256:[0-9a-f]{64}$")]
    private static partial Regex Pinned();
}
