using InboundBridge.MailFlow.Spool.Disk;

namespace InboundBridge.MailFlow.Spool.Sqlite.Log;

/// <summary>
/// Rewrites the log that an earlier process left with the octets that it holds, and syncs it. After a failed sync the kernel marks pages as
/// clean that never reached the disk: they read back well, no later sync writes them, and a power loss would take them and everything that
/// was appended after them.
/// </summary>
internal static class LogFlush
{
    private const int Piece = 1024 * 1024;

    /// <exception cref="IOException">The log could not be made durable, so the spool must not be used.</exception>
    public static void Run(string path)
    {
        if (!File.Exists(path))
            return;
        using var log = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var octets = new byte[Piece];
        var offset = 0L;
        for (var count = RandomAccess.Read(log, octets, 0); count > 0; count = RandomAccess.Read(log, octets, offset))
        {
            RandomAccess.Write(log, octets.AsSpan(0, count), offset);
            offset += count;
        }
        if (offset > 0)
            FileFlush.Run(log);
    }
}
