namespace InboundBridge.MailFlow.Spool.Sqlite.Log;

/// <summary>
/// Writes the log that an earlier process left once more, with the octets that it has, and syncs it. A sync that failed makes the kernel forget that pages have
/// still to be written: they are read back as if they were on the disk, and no later sync writes them. What we add behind them would be lost with them.
/// </summary>
internal static class LogFlush
{
    private const int Piece = 1024 * 1024;

    /// <exception cref="IOException">The disk refused; the spool is not to be used.</exception>
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
            RandomAccess.FlushToDisk(log);
    }
}
