using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite.Health;

/// <summary>Events 2000 to 2099.</summary>
internal static partial class SpoolLog
{
    [LoggerMessage(2000, LogLevel.Information, "spool {Path} opened: {Messages} messages, {Open} open deliveries, {Swept} unfinished files removed")]
    public static partial void Opened(ILogger log, string path, long messages, long open, int swept);

    [LoggerMessage(2001, LogLevel.Error, "the spool's commit failed; new mail is refused with 451 until one succeeds")]
    public static partial void CommitFailed(ILogger log, Exception exception);

    [LoggerMessage(2002, LogLevel.Information, "the spool commits again")]
    public static partial void Recovered(ILogger log);

    [LoggerMessage(2003, LogLevel.Error, "the spool could not do one write; the others went on write={Write}")]
    public static partial void WriteFailed(ILogger log, string write, Exception exception);

    [LoggerMessage(2004, LogLevel.Error, "the spool has a damaged part: {What}; it is left aside")]
    public static partial void Damaged(ILogger log, string what, Exception exception);

    [LoggerMessage(2005, LogLevel.Information, "retention removed {Messages} messages and the octets of {Bodies}")]
    public static partial void Purged(ILogger log, int messages, int bodies);

    [LoggerMessage(2006, LogLevel.Warning, "the file of a message could not be removed; the next start sweeps it message={MessageId}")]
    public static partial void FileStays(ILogger log, string messageId, Exception exception);

    [LoggerMessage(2007, LogLevel.Warning, "the spool's log could not be moved into its database; it grows until that succeeds, and nothing else is wrong sqlite={Code}")]
    public static partial void LogStays(ILogger log, int code);

    [LoggerMessage(2009, LogLevel.Information, "the spool could be read by other users of the machine; its files and folders are now its owner's alone path={Path} changed={Files}")]
    public static partial void Tightened(ILogger log, string path, int files);

    [LoggerMessage(2010, LogLevel.Warning, "the spool can be read by other users of the machine and could not be closed to them; its owner has to, with chmod -R go-rwx path={Path}")]
    public static partial void NotPrivate(ILogger log, string path, Exception exception);

    [LoggerMessage(2011, LogLevel.Warning, "the clock was set back since the last run; deliveries that would wait for the old time are due now deliveries={Deliveries}")]
    public static partial void ClockWentBack(ILogger log, long deliveries);

    [LoggerMessage(2012, LogLevel.Warning, "the times of open deliveries could not be compared with the clock; after a clock that was set back they may wait too long")]
    public static partial void TimesNotMended(ILogger log, Exception exception);

    [LoggerMessage(2013, LogLevel.Warning, "the disk of the spool has less room than spool.minimum_free; new mail is refused with 452 until it has more, and what is queued is delivered path={Path} free={Free} minimum={Minimum}")]
    public static partial void DiskLow(ILogger log, string path, long free, long minimum);

    [LoggerMessage(2014, LogLevel.Error, "the disk of the spool is full and the spool can't be opened; new mail is refused with 452 and nothing is delivered until there is room, about 1 MB: it is tried again every few seconds path={Path} seconds={Seconds}")]
    public static partial void Waiting(ILogger log, string path, double seconds, Exception exception);

    [LoggerMessage(2015, LogLevel.Error, "the spool can't be opened, though its disk has room again path={Path}")]
    public static partial void StillClosed(ILogger log, string path, Exception exception);

    [LoggerMessage(2008, LogLevel.Warning, "the spool's log was cut back to what had been synced, and is open again; what was refused meanwhile is not in it")]
    public static partial void Mended(ILogger log);

    [LoggerMessage(2020, LogLevel.Warning, "the spool's log keeps the pages of a deleted message while something reads the spool; one of the next commits empties it message={MessageId}")]
    public static partial void LogKeepsErased(ILogger log, string messageId);
}
