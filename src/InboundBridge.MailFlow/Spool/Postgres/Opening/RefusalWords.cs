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
            _ => PostgresFault.Words(fault),
        };
}
