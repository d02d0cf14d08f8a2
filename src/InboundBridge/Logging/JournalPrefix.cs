using System.Globalization;
using InboundBridge.Logging.Syslog;

namespace InboundBridge.Logging;

/// <summary>
/// systemd reads the level of a line from a number before it, <c>&lt;4&gt;</c> (sd-daemon(3)). Only where standard output is the journal:
/// JOURNAL_STREAM then names its device and inode (systemd.exec(5)).
/// </summary>
internal static class JournalPrefix
{
    private const string StandardOutput = "/proc/self/fd/1";

    private static readonly byte[][] Prefixes =
        [.. Enumerable.Range(0, 8).Select(severity => (byte[])[(byte)'<', (byte)('0' + severity), (byte)'>'])];

    public static bool IsWanted() =>
        OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { } stream
            && IsJournal(stream, TargetOf(StandardOutput));

    /// <param name="journalStream"><c>DEVICE:INODE</c>; null outside of systemd.</param>
    /// <param name="output">What the descriptor of standard output leads to: <c>socket:[INODE]</c>.</param>
    public static bool IsJournal(string? journalStream, string? output) =>
        journalStream?.Split(':') is [_, { Length: > 0 } inode]
        && ulong.TryParse(inode, NumberStyles.None, CultureInfo.InvariantCulture, out _) && output == $"socket:[{inode}]";

    public static ReadOnlySpan<byte> Of(LogLevel level) => Prefixes[SyslogLine.Severity(level)];

    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
