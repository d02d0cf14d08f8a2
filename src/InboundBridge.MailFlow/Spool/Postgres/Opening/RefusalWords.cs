using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Opening;

/// <summary>Says why a database can't be used, and what to change, where the driver's exception does not say it.</summary>
internal static class RefusalWords
{
    public static async Task<string> OfAsync(
        PostgresSettings settings, Exception fault, TimeProvider clock, CancellationToken cancellationToken) => fault switch
        {
            NpgsqlException { InnerException: AuthenticationException } =>
                await CertificateProbe.ExplainAsync(settings, clock, cancellationToken) ?? PostgresFault.Words(fault),
            NpgsqlException { InnerException: FileNotFoundException or DirectoryNotFoundException or CryptographicException } =>
                $"{fault.InnerException.Message} Root Certificate= and SSL Certificate= name files in PEM that the appliance can read",
            _ => RemedyOf(fault) is { } remedy ? $"{PostgresFault.Words(fault)}. {remedy}" : PostgresFault.Words(fault),
        };

    /// <summary>What an operator can change; null where the fault says it, or nobody knows.</summary>
    public static string? RemedyOf(Exception fault) => fault switch
    {
        PostgresException server => OfState(server.SqlState),
        NpgsqlException { InnerException: SocketException socket } => Of(socket),
        SocketException socket => Of(socket),
        NpgsqlException or TimeoutException when fault.GetBaseException() is TimeoutException =>
            "Nothing answered in time: check Host and Port, and whether a firewall drops the packets",
        NpgsqlException when fault.Message.Contains("SSL", StringComparison.Ordinal) =>
            "The server offers no TLS: switch it on there (ssl = on), or use SSL Mode=Disable where the network is your own",
        _ => null,
    };

    private static string? OfState(string state) => state switch
    {
        PostgresErrorCodes.InvalidPassword =>
            "Check Username= and Password=; a password with a semicolon stands in quotes: Password='a;b'",
        PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "pg_hba.conf of the server says who may connect from where, by which method, and whether only with TLS (SSL Mode=Require)",
        PostgresErrorCodes.InvalidCatalogName => "Check Database=, or make the database: CREATE DATABASE … OWNER …",
        PostgresErrorCodes.InvalidSchemaName => "Check Search Path=, or make the schema: CREATE SCHEMA … AUTHORIZATION …",
        PostgresErrorCodes.InsufficientPrivilege =>
            "The account has to own the schema of the spool, or to have CREATE on it and all rights on its tables; "
            + "'inboundbridge check' names what is missing",
        PostgresErrorCodes.TooManyConnections => "Raise max_connections on the server, or lower Maximum Pool Size on the nodes",
        _ => null,
    };

    private static string? Of(SocketException fault) => fault.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "Nothing listens there: check Host and Port, and listen_addresses of the server",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
            "The name can't be resolved: check Host, and the DNS of this machine",
        SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported => "Is the server's socket there? Check Host",
        _ => null,
    };
}
