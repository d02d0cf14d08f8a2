using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite.Health;

/// <summary>Events 2000 to 2099.</summary>
internal static partial class SpoolLog
{
    [LoggerMessage(
        2000,
        LogLevel.Information,
        "spool {Path} opened: {Messages} messages, {Open} open deliveries, {Swept} unfinished files removed")]
    public static partial void Opened(ILogger log, string path, long messages, long open, int swept);

    [LoggerMessage(2001, LogLevel.Error, "the spool's commit failed; new mail is refused with 451 until one succeeds")]
    public static partial void CommitFailed(ILogger log, Exception exception);

    [LoggerMessage(2002, LogLevel.Information, "the spool commits again")]
    public static partial void Recovered(ILogger log);

    [LoggerMessage(2003, LogLevel.Error, "the spool could not make one write; the others were not affected write={Write}")]
    public static partial void WriteFailed(ILogger log, string write, Exception exception);

    [LoggerMessage(2004, LogLevel.Error, "a part of the spool is damaged and is skipped: {What}")]
    public static partial void Damaged(ILogger log, string what, Exception exception);

    [LoggerMessage(2005, LogLevel.Information, "retention removed {Messages} messages and the octets of {Bodies}")]
    public static partial void Purged(ILogger log, int messages, int bodies);

    [LoggerMessage(2006, LogLevel.Warning, "the file of a message could not be removed; the next start will remove it message={MessageId}")]
    public static partial void FileStays(ILogger log, string messageId, Exception exception);

    [LoggerMessage(
        2007,
        LogLevel.Warning,
        "the spool's log could not be checkpointed into its database; the log grows until that succeeds, and no mail is "
        + "affected sqlite={Code}")]
    public static partial void LogStays(ILogger log, int code);

    [LoggerMessage(
        2009,
        LogLevel.Information,
        "other users of this machine could read the spool; its files and folders are now private to their owner path={Path} "
        + "changed={Files}")]
    public static partial void Tightened(ILogger log, string path, int files);

    [LoggerMessage(
        2010,
        LogLevel.Warning,
        "other users of this machine can read the spool, and its permissions could not be changed; its owner should run chmod "
        + "-R go-rwx path={Path}")]
    public static partial void NotPrivate(ILogger log, string path, Exception exception);

    [LoggerMessage(
        2011,
        LogLevel.Warning,
        "the clock was set back since the last run; deliveries that would have waited for the old time are due now "
        + "deliveries={Deliveries}")]
    public static partial void ClockWentBack(ILogger log, long deliveries);

    [LoggerMessage(
        2012,
        LogLevel.Warning,
        "the due times of open deliveries could not be compared with the clock; if the clock was set back, they may wait too "
        + "long")]
    public static partial void TimesNotMended(ILogger log, Exception exception);

    [LoggerMessage(
        2013,
        LogLevel.Warning,
        "the spool's disk has less free space than spool.minimum_free; until it has more, new mail is refused with 452 and "
        + "queued mail is delivered path={Path} free={Free} minimum={Minimum}")]
    public static partial void DiskLow(ILogger log, string path, long free, long minimum);

    [LoggerMessage(
        2014,
        LogLevel.Error,
        "the spool's disk is full and the spool can't be opened; until about 1 MB is free, new mail is refused with 452 and "
        + "nothing is delivered; opening is retried every few seconds path={Path} seconds={Seconds}")]
    public static partial void Waiting(ILogger log, string path, double seconds, Exception exception);

    [LoggerMessage(2015, LogLevel.Error, "the spool still can't be opened, although its disk has free space path={Path}")]
    public static partial void StillClosed(ILogger log, string path, Exception exception);

    [LoggerMessage(
        2008,
        LogLevel.Warning,
        "the spool's log was cut back to what had been synced, and the spool is open again; it holds nothing that was refused "
        + "meanwhile")]
    public static partial void Mended(ILogger log);

    [LoggerMessage(
        2020,
        LogLevel.Warning,
        "the spool's log still holds pages of a deleted message, because something is reading the spool; one of the next "
        + "commits will empty it message={MessageId}")]
    public static partial void LogKeepsErased(ILogger log, string messageId);
}
