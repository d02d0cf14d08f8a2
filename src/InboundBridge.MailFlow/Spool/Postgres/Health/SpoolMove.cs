using InboundBridge.MailFlow.Spool.Contract;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Health;

/// <summary>
/// A spool that was moved to another store while nodes ran: they refuse mail until somebody stops them or opens it again.
/// </summary>
internal static class SpoolMove
{
    /// <summary>How the server's refusal begins. The triggers of a moved spool say it with SQLSTATE 25006.</summary>
    public const string Refusal = "this spool was moved to another store";

    /// <summary>For everybody, so it names nothing internal.</summary>
    public const string Obstacle =
        "it was moved to another store: stop this node, or start it with the new spool; 'inboundbridge spool reopen' takes the move back";

    public static SpoolUnavailableException Fault => new(Refusal) { IsReported = true };

    public static bool Is(Exception fault) => fault switch
    {
        SpoolUnavailableException { InnerException: { } inner } => Is(inner),
        SpoolUnavailableException => fault.Message == Refusal,
        PostgresException server => server.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction
            && server.MessageText.StartsWith(Refusal, StringComparison.Ordinal),
        _ => false,
    };
}
