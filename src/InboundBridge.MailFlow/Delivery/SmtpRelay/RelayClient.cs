using System.Security.Cryptography.X509Certificates;
using InboundBridge.MailFlow.Delivery.SmtpSending;
using InboundBridge.Smtp.Client;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>Turns the options of a relay into those of the SMTP client.</summary>
internal static class RelayClient
{
    public static SmtpClientOptions Options(RelayOptions options, SmtpEndpoint server) => new()
    {
        Server = server,
        Hostname = options.Hostname,
        Tls = options.Tls switch
        {
            RelayTls.Off => SmtpTlsMode.Off,
            RelayTls.Require => SmtpTlsMode.Require,
            RelayTls.Implicit => SmtpTlsMode.Implicit,
            _ => SmtpTlsMode.Opportunistic,
        },
        TrustedRoots = options.TrustedCertificates is { } file ? Roots(file) : null,
        Credentials = options.User is { } user ? new SmtpCredentials(user, options.Password ?? "") : null,
        ConnectTimeout = options.ConnectTimeout,
        CommandTimeout = options.CommandTimeout,
        DataTimeout = options.DataTimeout,
    };

    public static SmtpConnectionPool Pool(RelayOptions options, SmtpClientOptions client, SmtpDial dial, TimeProvider clock, ILogger log) =>
        new(client, options.ConnectionReuse, options.IdleTimeout, dial, clock)
        {
            Opened = session =>
            {
                log.Connected(options.Name, client.Server, session.IsEncrypted);
                if (session.TlsFallback)
                    log.TlsFellBack(options.Name, client.Server);
            },
        };

    /// <summary>The authorities in a file together with the system's.</summary>
    private static X509Certificate2Collection Roots(string file)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(file);
        foreach (var location in new[] { StoreLocation.CurrentUser, StoreLocation.LocalMachine })
        {
            using var store = new X509Store(StoreName.Root, location);
            store.Open(OpenFlags.ReadOnly);
            roots.AddRange(store.Certificates);
        }
        return roots;
    }
}
