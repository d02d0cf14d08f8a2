using System.Security.Cryptography;

namespace InboundBridge.Hosting.Destinations;

/// <summary>
/// The key of signed links: made once and kept beside the spool, so that links outlive a restart. Readable by its owner only.
/// </summary>
internal static partial class LinkKey
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

    /// <summary>The kept key; a new one where there is none. Where that can't be kept, links end with this run.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static byte[] ReadOrMake(string folder, ILogger log)
    {
        if (Read(folder) is { } known)
            return known;
        try
        {
            return Make(folder);
        }
        catch (IOException fault)
        {
            NotKept(log, folder, fault);
            return RandomNumberGenerator.GetBytes(Length);
        }
    }

    private static byte[] Make(string folder)
    {
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

    [LoggerMessage(
        EventId = 2010, EventName = "link_key_not_kept", Level = LogLevel.Warning, Message =
        "the key of signed links could not be kept in {Folder}: links that are made now end with this run")]
    private static partial void NotKept(ILogger log, string folder, Exception exception);
}
