using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite;

/// <summary>Events 2000 to 2099.</summary>
internal static partial class SpoolLog
{
    [LoggerMessage(2000, LogLevel.Information, "spool {Path} opened: {Messages} messages, {Open} open deliveries, {Swept} unfinished files removed")]
    public static partial void Opened(ILogger log, string path, long messages, long open, int swept);

    [LoggerMessage(2001, LogLevel.Error, "the spool's commit failed; new mail is refused with 451 until one succeeds")]
    public static partial void CommitFailed(ILogger log, Exception exception);

    [LoggerMessage(2002, LogLevel.Information, "the spool commits again")]
    public static partial void Recovered(ILogger log);

    [LoggerMessage(2003, LogLevel.Error, "the spool could not do one {Write}; the others went on")]
    public static partial void WriteFailed(ILogger log, string write, Exception exception);

    [LoggerMessage(2004, LogLevel.Error, "the spool has a damaged part: {What}; it is left aside")]
    public static partial void Damaged(ILogger log, string what, Exception exception);

    [LoggerMessage(2005, LogLevel.Information, "retention removed {Messages} messages and the octets of {Bodies}")]
    public static partial void Purged(ILogger log, int messages, int bodies);

    [LoggerMessage(2006, LogLevel.Warning, "file of message {MessageId} could not be removed; the next start sweeps it")]
    public static partial void FileStays(ILogger log, string messageId, Exception exception);

    [LoggerMessage(2007, LogLevel.Warning, "the spool's log could not be moved into its database (SQLite's code {Code}); it grows until that succeeds, and nothing else is wrong")]
    public static partial void LogStays(ILogger log, int code);

    [LoggerMessage(2008, LogLevel.Warning, "the spool's log was cut back to what had been synced, and is open again; what was refused meanwhile is not in it")]
    public static partial void Mended(ILogger log);
}
