using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Health;

/// <summary>Tells by an exception what is wrong: one write, a race with another node, the database, or its settings.</summary>
internal static class PostgresFault
{
    /// <summary>
    /// The write itself can't be stored: a value is out of range (22), a key is in use (23), or a limit of the program is exceeded (54).
    /// Whatever does not come from the server or the wire was thrown while the values were being encoded.
    /// </summary>
    public static bool IsOfOne(Exception fault) => fault switch
    {
        PostgresException { SqlState: [var first, var second, ..] } => (first, second) is ('2', '2') or ('2', '3') or ('5', '4'),
        NpgsqlException or IOException or SocketException or TimeoutException or OperationCanceledException or ObjectDisposedException =>
            false,
        _ => true,
    };

    /// <summary>Two transactions met; the same again may succeed.</summary>
    public static bool IsRace(Exception fault) => fault is PostgresException
    {
        SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure,
    };

    /// <summary>Another transaction has held a row for longer than a transaction of ours waits.</summary>
    public static bool IsLocked(Exception fault) => fault is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>A row with this key is there already.</summary>
    public static bool IsDuplicate(Exception fault) => fault is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <summary>
    /// The connection ended although nothing took long: it may have been idle for long, or the server was restarted. A new one may work.
    /// </summary>
    public static bool IsStale(Exception fault) => fault switch
    {
        PostgresException server => server.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown,
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException { InnerException: IOException or SocketException } => true,
        _ => false,
    };

    /// <summary>
    /// Trying again won't help at the start: wrong user or password, no such database, no permission, no trusted certificate, or no file
    /// with one.
    /// </summary>
    public static bool IsRefusal(Exception fault) => fault switch
    {
        PostgresException server => server.SqlState is "28000" or "28P01" or "3D000" or "42501" or "3F000" or "0A000",
        NpgsqlException { InnerException: AuthenticationException or CryptographicException } => true,
        NpgsqlException { InnerException: FileNotFoundException or DirectoryNotFoundException } => true,
        _ => false,
    };

    /// <summary>Describes the fault for operators. The description has no password and no value of a column.</summary>
    public static string Words(Exception fault) => fault switch
    {
        PostgresException server => $"{server.MessageText} (SQLSTATE {server.SqlState})",
        NpgsqlException { InnerException: { } inner } => $"{fault.Message}: {inner.Message}",
        _ => fault.Message,
    };
}
