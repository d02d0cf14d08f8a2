using InboundBridge.MailFlow.Delivery.SmtpSending;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Smtp.Client;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>
/// Keeps mail until its receiver collects it (<c>relay: { on_demand: true }</c>, RFC 2645). It connects to nobody. The octets are those of
/// any relay.
/// </summary>
public sealed class OnDemandTarget : IOnDemandTarget
{
    private const string Waits = "mail waits here until its receiver collects it (ATRN)";

    private readonly RelayOptions _options;
    private readonly RelayMailFactory _mails;
    private readonly TimeProvider _clock;

    /// <param name="temporaryFolder">For large mails that are converted.</param>
    /// <exception cref="FormatException">A file of a signing key holds none.</exception>
    /// <exception cref="IOException">A file of a signing key can't be read.</exception>
    public OnDemandTarget(RelayOptions options, TimeProvider clock, ILogger<OnDemandTarget> log, string temporaryFolder) =>
        (_options, _mails, _clock) = (options, new RelayMailFactory(options, temporaryFolder, clock, log), clock);

    public ITurnedSession Begin(TurnedConnection connection, CancellationToken shutdown)
    {
        var client = RelayClient.Options(_options, new SmtpEndpoint(connection.Host, 0)) with
        {
            Tls = SmtpTlsMode.Off,
            IsProtected = connection.IsEncrypted,
        };
        return new TurnedSession(client, connection, _clock, shutdown);
    }

    public async ValueTask<DeliveryOutcome> DeliverAsync(
        DeliveryAttempt attempt, ITurnedSession session, CancellationToken cancellationToken)
    {
        var turned = (TurnedSession)session;
        await using var mail = await _mails.ComposeAsync(attempt, cancellationToken);
        var result = await mail.SendAsync(turned.SendAsync, mail.Message, cancellationToken);
        return SmtpOutcome.Of(result, turned.Host, attempt.Delivery.Recipients);
    }

    /// <summary>Only an attempt that was about to begin when the destination became on demand gets here.</summary>
    public ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DeliveryOutcome>(new DeliveryOutcome.RetryLater(Waits, Answered: true));

    public ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<DeliveryOutcome>(new DeliveryOutcome.Delivered(Waits));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
