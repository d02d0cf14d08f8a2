namespace InboundBridge.Commands.Initializing;

/// <summary>Writes files that are not there yet.</summary>
internal static class InitWriter
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Those of the files that are there already; none of them may be replaced.</summary>
    public static IReadOnlyList<string> Existing(string folder, IReadOnlyList<InitFile> files) =>
        [.. files.Select(file => file.Name).Where(name => Path.Exists(Path.Combine(folder, name)))];

    /// <exception cref="IOException">A file can't be written. Those before it are written.</exception>
    /// <exception cref="UnauthorizedAccessException">As <see cref="IOException"/>.</exception>
    public static void Write(InitAnswers answers, IReadOnlyList<InitFile> files)
    {
        Directory.CreateDirectory(answers.Folder);
        // A container engine would make it for root.
        if (!answers.IsServer)
            CreateFolder(answers.SpoolFolder, forOwner: true);
        foreach (var file in files)
        {
            var path = Path.Combine(answers.Folder, file.Name);
            CreateFolder(Path.GetDirectoryName(path)!, file.IsSecret);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (file.IsSecret && !OperatingSystem.IsWindows())
                options.UnixCreateMode = Owner;
            using var writer = new StreamWriter(path, options);
            writer.Write(file.Text);
        }
    }

    private static void CreateFolder(string path, bool forOwner)
    {
        if (forOwner && !OperatingSystem.IsWindows())
            Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
        else
            Directory.CreateDirectory(path);
    }
}
