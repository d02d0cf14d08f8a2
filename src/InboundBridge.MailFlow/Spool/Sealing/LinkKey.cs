using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Disk;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sealing;

/// <summary>
/// The key of signed links: made once and kept beside the spool, so that links outlive a restart. Readable by its owner only.
/// </summary>
public static partial class LinkKey
{
    private const string FileName = "link.key";
    private const int Length = 32;

    /// <summary>The stored key; null if there is none yet.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static byte[]? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) && File.ReadAllBytes(path) is { Length: Length } known ? known : null;
    }

    /// <summary>The stored key, or a new one. If a new one can't be stored, links become invalid at the next start.</summary>
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
        var key = RandomNumberGenerator.GetBytes(Length);
        Keep(folder, key);
        return key;
    }

    /// <summary>Stores a key, in place of the one that is there.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    internal static void Keep(string folder, byte[] key) => PrivateFiles.Replace(Path.Combine(folder, FileName), key);

    [LoggerMessage(
        EventId = 2019, EventName = "link_key_not_kept", Level = LogLevel.Warning, Message =
        "the key of signed links could not be stored; links made now become invalid at the next start folder={Folder}")]
    private static partial void NotKept(ILogger log, string folder, Exception exception);
}
