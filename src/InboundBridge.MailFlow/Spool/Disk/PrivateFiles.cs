using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace InboundBridge.MailFlow.Spool.Disk;

/// <summary>Files and folders that nobody but their owner reads: they hold mail. On Windows the folder's access list decides, and nothing is done here.</summary>
public static class PrivateFiles
{
    public const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What others may do with a file.</summary>
    internal const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// For a whole process that writes nothing for others: what libraries create is private from its first moment, too. A file that others shall use is given its mode
    /// explicitly.
    /// </summary>
    public static void SetMask()
    {
        if (!OperatingSystem.IsWindows())
            _ = Mask((uint)Others);
    }

    /// <summary>Folders in front of it are made as the system likes; one that is there already stays as it is.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, FolderMode);
    }

    /// <summary>Opens the file, or makes it; nobody else may have it open meanwhile.</summary>
    /// <exception cref="IOException">It can't be opened.</exception>
    public static FileStream OpenAlone(string path)
    {
        var options = new FileStreamOptions { Mode = System.IO.FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode;
        return new FileStream(path, options);
    }

    /// <summary>Makes an empty file where there is none, for a library that opens it and would make it for everybody to read.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    public static void CreateEmpty(string path)
    {
        if (File.Exists(path))
            return;
        using var file = OpenAlone(path);
    }

    /// <summary>For a file that was just made.</summary>
    /// <exception cref="IOException">The file is not ours.</exception>
    public static void Tighten(SafeFileHandle file)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, FileMode);
    }

    /// <summary>Whether this process makes private files anyway.</summary>
    internal static bool IsMaskPrivate()
    {
        try
        {
            const string Field = "Umask:";
            foreach (var line in OperatingSystem.IsLinux() ? File.ReadLines("/proc/self/status") : [])
            {
                if (line.StartsWith(Field, StringComparison.Ordinal))
                    return (Convert.ToInt32(line[Field.Length..].Trim(), 8) & (int)Others) == (int)Others;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            // No /proc: then each file is given its mode.
            return false;
        }
        return OperatingSystem.IsWindows();
    }

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint Mask(uint mask);
}
