using InboundBridge.Configuration.Sources;

namespace InboundBridge.Commands.Initializing;

/// <summary>
/// <c>inboundbridge.service</c> of <c>init</c>: the Debian package's unit, with the folders and the user of this machine.
/// </summary>
internal static class ServiceText
{
    /// <summary>The name of the unit's file, and of the resource with the Debian package's unit.</summary>
    public const string FileName = "inboundbridge.service";

    private const string PackageFolder = "/etc/inboundbridge";

    public static string Of(InitAnswers answers) => Of(answers, Program(), UserName());

    /// <param name="program">The command that is this program.</param>
    /// <param name="user">The account that runs the service.</param>
    internal static string Of(InitAnswers answers, string program, string user)
    {
        var lines = Read().Split('\n')
            .Where(line => !line.StartsWith("Documentation=", StringComparison.Ordinal))
            .Select(line => Changed(line, answers, program, user));
        return string.Join('\n', lines.OfType<string>());
    }

    /// <returns>Null where the line goes.</returns>
    private static string? Changed(string line, InitAnswers answers, string program, string user)
    {
        if (line.StartsWith("# The unit of the Debian package", StringComparison.Ordinal))
            return $"# cp {Path.Combine(answers.Folder, FileName)} /etc/systemd/system/ && systemctl enable --now inboundbridge";
        if (line.StartsWith("ExecStart=", StringComparison.Ordinal))
            return $"ExecStart={program} run --config {Escape(Path.Combine(answers.Folder, ConfigurationSource.DefaultFile))}";
        return line switch
        {
            "User=inboundbridge" => $"User={user}",
            // The user's own group.
            "Group=inboundbridge" => null,
            // StateDirectory= is only for what is below /var/lib.
            "StateDirectory=inboundbridge" when !answers.IsServer => $"ReadWritePaths={Escape(answers.SpoolFolder)}",
            "StateDirectoryMode=0700" when !answers.IsServer => null,
            // The folder may be below /home, which stays read-only but for the spool.
            "ProtectHome=yes" when !answers.IsServer => "ProtectHome=read-only",
            _ => line.Replace(PackageFolder, Escape(answers.Folder), StringComparison.Ordinal),
        };
    }

    /// <summary>As systemd reads it: <c>%</c> begins a specifier, and a blank separates.</summary>
    private static string Escape(string path) =>
        path.Replace("%", "%%", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace(" ", "\\x20", StringComparison.Ordinal);

    /// <summary>The executable beside the program's library, where <c>dotnet</c> was started with that.</summary>
    private static string Program()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "inboundbridge");
        return Escape(File.Exists(beside) ? beside : Environment.ProcessPath ?? "/usr/bin/inboundbridge");
    }

    /// <summary>A service does not run as root.</summary>
    private static string UserName() => Environment.IsPrivilegedProcess ? "inboundbridge" : Environment.UserName;

    private static string Read()
    {
        using var unit = new StreamReader(
            typeof(ServiceText).Assembly.GetManifestResourceStream(FileName)
            ?? throw new InvalidOperationException($"the program has no resource {FileName}"));
        return unit.ReadToEnd();
    }
}
