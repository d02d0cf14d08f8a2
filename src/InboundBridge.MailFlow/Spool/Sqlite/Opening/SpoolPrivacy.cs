using System.Runtime.Versioning;
using InboundBridge.MailFlow.Spool.Disk;
using InboundBridge.MailFlow.Spool.Sqlite.Health;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite.Opening;

/// <summary>
/// Makes a spool private that other users can read, because earlier versions created it under the umask alone. Files come before their
/// folder, so that the next start finishes what a kill interrupted.
/// </summary>
internal static class SpoolPrivacy
{
    public static void Tighten(string path, ILogger log)
    {
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            var changed = 0;
            foreach (var folder in new[] { Path.Combine(path, "bodies"), path })
                changed += TightenFolder(new DirectoryInfo(folder));
            if (changed > 0)
                SpoolLog.Tightened(log, path, changed);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            SpoolLog.NotPrivate(log, path, fault);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static int TightenFolder(DirectoryInfo folder)
    {
        // A shared folder such as /tmp keeps its mode.
        if (!folder.Exists || folder.UnixFileMode.HasFlag(UnixFileMode.StickyBit))
            return 0;
        var changed = 0;
        foreach (var file in folder.EnumerateFiles())
        {
            if (file.LinkTarget is null && (file.UnixFileMode & PrivateFiles.Others) != UnixFileMode.None)
                changed += Set(file, PrivateFiles.FileMode);
        }
        if ((folder.UnixFileMode & PrivateFiles.Others) != UnixFileMode.None)
            changed += Set(folder, PrivateFiles.FolderMode);
        return changed;
    }

    [UnsupportedOSPlatform("windows")]
    private static int Set(FileSystemInfo file, UnixFileMode mode)
    {
        try
        {
            file.UnixFileMode = mode;
            return 1;
        }
        catch (FileNotFoundException)
        {
            // It was deleted meanwhile.
            return 0;
        }
    }
}
