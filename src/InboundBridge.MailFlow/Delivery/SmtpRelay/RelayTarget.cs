using System.Security.Cryptography.X509Certificates;
using InboundBridge.MailFlow.Queue;
using InboundBridge.Smtp.Client;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>Hands mail to a smarthost over SMTP. Octets leave as they were stored, with the rule's header edits and nothing else.</summary>
public sealed class RelayTarget : IDeliveryTarget
{
    private readonly SmtpConnectionPool _pool;

    /// <exception cref="FormatException">The address can't be one; configuration is validated before.</exception>
    /// <exception cref="IOException">The file of trusted certificates can't be read.</exception>
    public RelayTarget(RelayOptions options, TimeProvider clock, ILogger<RelayTarget> log)
        : this(options, clock, log, SmtpSockets.DialAsync)
    {
    }

    internal RelayTarget(RelayOptions options, TimeProvider clock, ILogger<RelayTarget> log, SmtpDial dial)
    {
        var client = ClientOptions(options);
        _pool = new SmtpConnectionPool(client, options.ConnectionReuse, options.IdleTimeout, dial, clock)
        {
            Opened = session =>
            {
                log.Connected(options.Name, client.Server, session.IsEncrypted);
                if (session.TlsFallback)
                    log.TlsFellBack(options.Name, client.Server);
            },
        };
    }

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        using var outgoing = OutgoingMessage.Compose(attempt.Content, attempt.Delivery.HeaderEdits);
        var result = await _pool.SendAsync(SmtpHandOver.Message(attempt, outgoing), cancellationToken);
        return SmtpVerdict.Of(result, attempt.Delivery.Recipients);
    }

    public async ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _pool.ProbeAsync(cancellationToken);
            return new DeliveryOutcome.Delivered("the server answers");
        }
        catch (SmtpClientException fault)
        {
            return new DeliveryOutcome.RetryLater(SmtpVerdict.Text(fault.Reply));
        }
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private static SmtpClientOptions ClientOptions(RelayOptions options) => new()
    {
        Server = Endpoint(options),
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

    private static SmtpEndpoint Endpoint(RelayOptions options) =>
        SmtpEndpoint.TryParse(options.Host, options.Port, out var server) ? server : throw new FormatException($"relay \"{options.Name}\": \"{options.Host}\" is no host");

    private static X509Certificate2Collection Roots(string file)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(file);
        return roots;
    }
}
