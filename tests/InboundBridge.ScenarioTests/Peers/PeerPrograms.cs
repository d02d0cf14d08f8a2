namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Finds the peers' programs. It installs nothing; <c>./test</c> does that.</summary>
internal static class PeerPrograms
{
    private const string Install = "run ./test once (as root), which installs it";

    /// <summary>The folder where <c>./test</c> installs the npm packages of Peers/node.</summary>
    public static string PackageFolder { get; } =
        Environment.GetEnvironmentVariable("INBOUNDBRIDGE_PEERS") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Checkout.Root, "artifacts", "peers");

    /// <summary>Set by <c>./test</c>, where a missing peer is a failure. Otherwise the scenario is skipped.</summary>
    private static bool Required => Environment.GetEnvironmentVariable("INBOUNDBRIDGE_PEERS_REQUIRED") == "1";

    /// <param name="program">A name to look for in PATH and in Debian's folders for daemons, or a full path.</param>
    /// <param name="package">The Debian package it comes from.</param>
    public static string Find(string program, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin");
        var found = folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        return found ?? Missing<string>($"{program} is missing (Debian package {package}); {Install}");
    }

    /// <summary>
    /// A file of a package that <c>./test</c> unpacks below <see cref="PackageFolder"/>, because Debian can't install it beside the others.
    /// </summary>
    public static string FindUnpacked(string path, string package)
    {
        var file = Path.Combine(PackageFolder, "debian", path);
        return File.Exists(file) ? file : Missing<string>($"{file} is missing (Debian package {package}); {Install}");
    }

    /// <summary>Node.js with an environment in which the scripts of Peers/node find their packages.</summary>
    public static string Node(out Dictionary<string, string> environment)
    {
        var node = Find("node", "nodejs");
        if (!File.Exists(Path.Combine(PackageFolder, "node_modules", "nodemailer", "package.json")))
            return Missing<string>(out environment, $"the npm packages of Peers/node are missing in {PackageFolder}; {Install}");
        environment = new() { ["PEER_PACKAGES"] = PackageFolder };
        return node;
    }

    public static string Script(string name) => Path.Combine(Checkout.Root, "tests", "InboundBridge.ScenarioTests", "Peers", "node", name);

    /// <summary>Some peers switch from root to their own account, so only root can start them.</summary>
    public static void NeedRoot(string peer)
    {
        if (!Environment.IsPrivilegedProcess)
            Missing<string>($"{peer} can only be started by root");
    }

    /// <summary>Skips the scenario, or fails it if peers are required.</summary>
    public static T Missing<T>(string message)
    {
        if (!Required)
            Assert.Skip(message);
        throw new InvalidOperationException(message);
    }

    private static T Missing<T>(out Dictionary<string, string> environment, string message)
    {
        environment = [];
        return Missing<T>(message);
    }
}
