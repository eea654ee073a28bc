namespace BrokerServe.Host.Tests.Config;

/// <summary>A folder for configuration files, and commands that read them.</summary>
internal sealed class Trial : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brokerserve-config-").FullName;

    public string File => Path.Combine(_folder, "brokerserve.json");

    /// <summary>Puts a text under the file's name as editors do: never half of it.</summary>
    public void Save(string text)
    {
        System.IO.File.WriteAllText(File + ".new", text);
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }

    /// <summary>Saves a configuration and runs a command on it.</summary>
    public async Task<(int Code, string Output, string Error)> RunAsync(string text, params string[] command)
    {
        Save(text);
        return await RunAsync([.. command, File]);
    }

    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await Within.ReasonAsync(CommandLine.RunAsync(arguments, output, error), "the command ended");
        return (code, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
