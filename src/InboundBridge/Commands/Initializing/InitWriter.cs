namespace InboundBridge.Commands.Initializing;

/// <summary>Writes files that are not there yet.</summary>
internal static class InitWriter
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Readable = Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Enterable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Those of the files that are there already; none of them may be replaced.</summary>
    public static IReadOnlyList<string> Existing(string folder, IReadOnlyList<InitFile> files) =>
        [.. files.Select(file => file.Name).Where(name => Path.Exists(Path.Combine(folder, name)))];

    /// <exception cref="IOException">A file can't be written. Those before it are written.</exception>
    /// <exception cref="UnauthorizedAccessException">As <see cref="IOException"/>.</exception>
    public static void Write(InitAnswers answers, IReadOnlyList<InitFile> files)
    {
        CreateFolder(answers.Folder, forOwner: false, answers.IsServer);
        // A container engine would make it for root.
        if (!answers.IsServer)
            CreateFolder(answers.SpoolFolder, forOwner: true, isServer: false);
        foreach (var file in files)
        {
            var path = Path.Combine(answers.Folder, file.Name);
            CreateFolder(Path.GetDirectoryName(path)!, file.IsSecret, answers.IsServer);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (file.IsSecret && !OperatingSystem.IsWindows())
                options.UnixCreateMode = Owner;
            using (var writer = new StreamWriter(path, options))
                writer.Write(file.Text);
            if (!file.IsSecret && answers.IsServer && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, Readable);
        }
    }

    /// <param name="isServer">
    /// The service has a user of its own, and root's mask may keep others from reading: only what is secret is kept from them.
    /// </param>
    private static void CreateFolder(string path, bool forOwner, bool isServer)
    {
        if (OperatingSystem.IsWindows() || (!forOwner && !isServer))
        {
            Directory.CreateDirectory(path);
            return;
        }
        if (Directory.Exists(path))
            return;
        Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
        if (!forOwner)
            File.SetUnixFileMode(path, Enterable);
    }
}
