using InboundBridge.MailFlow.Delivery.SmtpSending;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Smtp.Client;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>
/// Sends mail to a smarthost over SMTP. The octets are those that were stored, changed by nothing but the rule's header edits and the
/// signatures on top, unless the server does not take them (docs/relay.md).
/// </summary>
public sealed class RelayTarget : IDeliveryTarget
{
    private readonly SmtpConnectionPool _pool;
    private readonly RelayMailFactory _mails;
    private readonly string _host;

    /// <param name="temporaryFolder">For large mails that are converted.</param>
    /// <exception cref="FormatException">The host is not an address. The configuration was validated, so this is a bug.</exception>
    /// <exception cref="IOException">The file of trusted certificates or of a signing key can't be read.</exception>
    public RelayTarget(RelayOptions options, TimeProvider clock, ILogger<RelayTarget> log, string temporaryFolder)
        : this(options, clock, log, temporaryFolder, SmtpSockets.DialAsync)
    {
    }

    internal RelayTarget(RelayOptions options, TimeProvider clock, ILogger<RelayTarget> log, string temporaryFolder, SmtpDial dial)
    {
        var client = ClientOptions(options);
        _host = HostReply.HostOf(client.Server);
        _mails = new RelayMailFactory(options, temporaryFolder, clock, log);
        _pool = RelayClient.Pool(options, client, dial, clock, log);
    }

    /// <summary>The options of the SMTP client for the smarthost.</summary>
    /// <exception cref="FormatException">The host is not an address. The configuration was validated, so this is a bug.</exception>
    /// <exception cref="IOException">The file of trusted certificates can't be read.</exception>
    public static SmtpClientOptions ClientOptions(RelayOptions options) => RelayClient.Options(options, Endpoint(options));

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        await using var mail = await _mails.ComposeAsync(attempt, cancellationToken);
        var result = await mail.SendAsync(_pool, mail.Message, cancellationToken);
        return SmtpOutcome.Of(result, _host, attempt.Delivery.Recipients);
    }

    public ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken) =>
        SmtpProbe.AskAsync(_pool, _host, cancellationToken);

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private static SmtpEndpoint Endpoint(RelayOptions options) =>
        SmtpEndpoint.TryParse(options.Host, options.Port, out var server)
            ? server
            : throw new FormatException($"relay \"{options.Name}\": \"{options.Host}\" is no host");
}
