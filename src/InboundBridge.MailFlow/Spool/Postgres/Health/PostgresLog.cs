using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Postgres.Health;

/// <summary>Events 2030 to 2049.</summary>
internal static partial class PostgresLog
{
    [LoggerMessage(2030, LogLevel.Information, "the shared spool in {Place} is open: {Messages} messages, {Open} open deliveries")]
    public static partial void Opened(ILogger log, string place, long messages, long open);

    [LoggerMessage(
        2031, LogLevel.Error,
        "the database of the shared spool failed; new mail is refused with 451 until a commit succeeds place={Place} reason={Reason}")]
    public static partial void Failed(ILogger log, string place, string reason);

    [LoggerMessage(2032, LogLevel.Information,
        "the database of the shared spool commits again place={Place} seconds={Seconds:0.0} failures={Failures}")]
    public static partial void Recovered(ILogger log, string place, double seconds, int failures);

    [LoggerMessage(
        2040, LogLevel.Error,
        "the database of the shared spool still fails; new mail is refused with 451 place={Place} seconds={Seconds:0} "
        + "failures={Failures} reason={Reason}")]
    public static partial void StillFailing(ILogger log, string place, double seconds, int failures, string reason);

    [LoggerMessage(
        2041, LogLevel.Error,
        "the shared spool was moved to another store; this node takes no mail (451) and delivers none. Stop it, or start it with the new "
        + "spool; 'inboundbridge spool reopen' takes the move back place={Place}")]
    public static partial void Moved(ILogger log, string place);

    [LoggerMessage(
        2033, LogLevel.Error,
        "the database of the shared spool can't be reached; new mail is refused with 451 until it can, which is tried every second "
        + "place={Place} reason={Reason}")]
    public static partial void Waiting(ILogger log, string place, string reason);

    [LoggerMessage(
        2034, LogLevel.Warning,
        "notices from other nodes can't be heard at the moment; until they can, other nodes' work is found by asking every few seconds "
        + "reason={Reason}")]
    public static partial void Deaf(ILogger log, string reason);

    [LoggerMessage(2035, LogLevel.Error, "a part of the shared spool is damaged and is skipped: {What}")]
    public static partial void Damaged(ILogger log, string what, Exception exception);

    [LoggerMessage(2036, LogLevel.Information, "retention removed {Messages} messages and the octets of {Bodies}")]
    public static partial void Purged(ILogger log, int messages, int bodies);

    [LoggerMessage(
        2038, LogLevel.Error,
        "the shared spool still can't be opened, and waiting alone may not help; new mail is refused with 451 place={Place} "
        + "reason={Reason}")]
    public static partial void StillClosed(ILogger log, string place, string reason);

    [LoggerMessage(
        2039, LogLevel.Warning,
        "the database of the shared spool has not answered yet, or another node changes its tables; new mail is refused with 451 until "
        + "the spool is open place={Place}")]
    public static partial void SlowStart(ILogger log, string place);

    [LoggerMessage(
        2042, LogLevel.Warning,
        "the database of the shared spool fails a request, though it takes commits; what asked tries again place={Place} reason={Reason}")]
    public static partial void NotRead(ILogger log, string place, string reason);

    [LoggerMessage(2037, LogLevel.Debug, "a notice to other nodes could not be sent; they will find the work by asking")]
    public static partial void NotTold(ILogger log, Exception exception);
}
