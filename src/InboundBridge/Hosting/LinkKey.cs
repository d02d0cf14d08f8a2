using System.Security.Cryptography;

namespace InboundBridge.Hosting;

/// <summary>The key of signed links: made once and kept beside the spool, so that links outlive a restart. Readable by its owner only.</summary>
internal static class LinkKey
{
    private const string FileName = "link.key";
    private const int Length = 32;

    /// <summary>The kept key; null where there is none yet.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static byte[]? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) && File.ReadAllBytes(path) is { Length: Length } known ? known : null;
    }

    /// <exception cref="IOException">It can't be read or written.</exception>
    public static byte[] ReadOrMake(string folder)
    {
        if (Read(folder) is { } known)
            return known;
        var path = Path.Combine(folder, FileName);
        var key = RandomNumberGenerator.GetBytes(Length);
        // Whole or not at all: a half-written key would break every link with the next restart.
        var draft = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(draft, options))
        {
            file.Write(key);
            file.Flush(flushToDisk: true);
        }
        File.Move(draft, path, overwrite: true);
        return key;
    }
}
