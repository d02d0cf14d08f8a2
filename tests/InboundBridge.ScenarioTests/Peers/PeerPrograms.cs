namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Finds the programs that play the peers. Nothing is installed here: <c>./test</c> does that.</summary>
internal static class PeerPrograms
{
    private const string Install = "run ./test once (as root), which installs it";

    /// <summary>Where <c>./test</c> puts the npm packages of Peers/node.</summary>
    public static string PackageFolder { get; } =
        Environment.GetEnvironmentVariable("INBOUNDBRIDGE_PEERS") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Checkout.Root, "artifacts", "peers");

    /// <summary>Set by <c>./test</c>: there a missing peer is a failure, elsewhere the scenario is skipped.</summary>
    private static bool Required => Environment.GetEnvironmentVariable("INBOUNDBRIDGE_PEERS_REQUIRED") == "1";

    /// <param name="program">A name to look for on the path, and where Debian keeps daemons, or a full path.</param>
    /// <param name="package">The Debian package it comes from.</param>
    public static string Find(string program, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin");
        var found = folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        return found ?? Missing<string>($"{program} is missing (Debian package {package}); {Install}");
    }

    /// <summary>A file of a package that <c>./test</c> unpacks below <see cref="PackageFolder"/>, because Debian won't install it beside the others.</summary>
    public static string FindUnpacked(string path, string package)
    {
        var file = Path.Combine(PackageFolder, "debian", path);
        return File.Exists(file) ? file : Missing<string>($"{file} is missing (Debian package {package}); {Install}");
    }

    /// <summary>Node.js, with the environment in which the scripts of Peers/node find their packages.</summary>
    public static string Node(out Dictionary<string, string> environment)
    {
        var node = Find("node", "nodejs");
        if (!File.Exists(Path.Combine(PackageFolder, "node_modules", "nodemailer", "package.json")))
            return Missing<string>(out environment, $"the npm packages of Peers/node are missing in {PackageFolder}; {Install}");
        environment = new() { ["PEER_PACKAGES"] = PackageFolder };
        return node;
    }

    public static string Script(string name) => Path.Combine(Checkout.Root, "tests", "InboundBridge.ScenarioTests", "Peers", "node", name);

    /// <summary>Some peers drop privileges from root to their own user, and can't be started by anyone else.</summary>
    public static void NeedRoot(string peer)
    {
        if (!Environment.IsPrivilegedProcess)
            Missing<string>($"{peer} can only be started by root");
    }

    /// <summary>Skips the scenario, or fails it where its peers are required.</summary>
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
