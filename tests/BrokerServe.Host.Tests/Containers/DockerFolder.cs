using System.Runtime.CompilerServices;

namespace BrokerServe.Host.Tests.Containers;

/// <summary>The folder <c>docker</c> of the repository.</summary>
internal static class DockerFolder
{
    public static string Root { get; } = FindRoot();

    public static string Folder { get; } = Path.Combine(Root, "docker");

    public static string File(string name) => Path.Combine(Folder, name);

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
