using InboundBridge.Configuration.Sources;

namespace InboundBridge.Commands.Initializing;

/// <summary>
/// <c>inboundbridge.service</c> of <c>init</c>: the Debian package's unit, with the folders and the user of this machine.
/// </summary>
internal static class ServiceText
{
    /// <summary>The name of the unit's file, and of the resource with the Debian package's unit.</summary>
    public const string FileName = "inboundbridge.service";

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
        {
            var file = InitReport.Shell(Path.Combine(answers.Folder, FileName));
            return $"# cp {file} /etc/systemd/system/ && systemctl enable --now inboundbridge";
        }
        if (line.StartsWith("ExecStart=", StringComparison.Ordinal))
        {
            var file = Word(Path.Combine(answers.Folder, ConfigurationSource.DefaultFile)).Replace("$", "$$", StringComparison.Ordinal);
            return $"ExecStart={Word(program)} run --config {file}";
        }
        return line switch
        {
            "User=inboundbridge" => $"User={user}",
            // The user's own group.
            "Group=inboundbridge" => null,
            // StateDirectory= is only for what is below /var/lib.
            "StateDirectory=inboundbridge" when !answers.IsServer => $"ReadWritePaths={Word(answers.SpoolFolder)}",
            "StateDirectoryMode=0700" when !answers.IsServer => null,
            // The folder may be below /home, which stays read-only but for the spool.
            "ProtectHome=yes" when !answers.IsServer => "ProtectHome=read-only",
            _ => line.Replace(InitAnswers.PackageFolder, Whole(answers.Folder), StringComparison.Ordinal),
        };
    }

    /// <summary>
    /// In settings that take the rest of the line as one path (WorkingDirectory=, ConditionPathExists=, LoadCredential=): systemd removes
    /// no quotes and no backslashes there, and only <c>%</c> begins something.
    /// </summary>
    private static string Whole(string path) => path.Replace("%", "%%", StringComparison.Ordinal);

    /// <summary>In settings that take words (ExecStart=, ReadWritePaths=): in quotes where it needs them.</summary>
    private static string Word(string path)
    {
        var whole = Whole(path);
        return whole.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_' or '%' or '$') ? whole
            : $"\"{whole.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>The executable beside the program's library, where <c>dotnet</c> was started with that.</summary>
    private static string Program()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "inboundbridge");
        return File.Exists(beside) ? beside : Environment.ProcessPath ?? "/usr/bin/inboundbridge";
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
