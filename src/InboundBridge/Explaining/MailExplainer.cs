using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Queue.Asking;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Server;

namespace InboundBridge.Explaining;

/// <summary>
/// Finds out what would happen to a mail, for <c>explain</c> and <c>POST /api/v1/explain</c>. Nothing is stored, sent or counted.
/// </summary>
/// <param name="preview">The HTTP request of an attempt, with its signatures hidden or not; null for destinations that send none.</param>
internal sealed class MailExplainer(
    ApplianceOptions options, ReceptionPolicy policy, RequestPreview preview, TimeProvider clock)
{
    /// <summary>Whom greylisting knows; null where nobody can tell.</summary>
    public GreylistLook? Strangers { get; init; }

    /// <summary>Octets. Callers of <see cref="ExplainAsync"/> refuse a larger mail, as the session would.</summary>
    public long LargestMail => options.Smtp.Server.Limits.MessageSize;

    /// <summary>Set for readers who must not see a signature that a receiver would accept.</summary>
    public bool HidesSignatures { get; init; }

    /// <exception cref="ArgumentException">The mail has a <see cref="TrialMail.Problem"/>.</exception>
    public async Task<MailExplanation> ExplainAsync(TrialMail mail, CancellationToken cancellationToken)
    {
        var (listener, mode) = ListenerOf(mail);
        var user = mail.Given.Facts.TextOf(Fact.User);
        var isChecked = user is null && !options.Smtp.Server.Trusted.Any(network => network.Contains(mail.ClientIp));
        var now = mail.Given.Time is { } time ? new GivenClock(time) : clock;
        var trial = new MailTrial(TrialGiven.Over(policy, mail, isChecked), options.Smtp.Server, listener, now, Strangers)
        {
            Mode = mode,
        };
        var outcome = await trial.RunAsync(mail, cancellationToken);
        var asked = new AskTable(options.Destinations.Select(destination => destination.Queue));
        var plan = new List<PlannedDelivery>(outcome.Deliveries.Count);
        foreach (var delivery in outcome.Deliveries)
        {
            plan.Add(new PlannedDelivery(delivery, KindOf(delivery), await RequestOfAsync(delivery, outcome, cancellationToken))
            {
                OnDemand = delivery.State != DeliveryState.Held && SettingsOf(delivery)?.Queue.OnDemand == true,
                IsAsked = asked.Find(delivery) is not null,
                Relay = await RelayOfAsync(delivery, outcome, now, cancellationToken),
            });
        }
        return new MailExplanation(policy.Routing.ConfigVersion, mail, outcome, plan);
    }

    /// <summary>
    /// Mail from outside arrives at an MX listener; others would require authentication. A given user comes by submission.
    /// </summary>
    private (string Name, SmtpListenerMode Mode) ListenerOf(TrialMail mail)
    {
        var mode = mail.Given.Facts.TextOf(Fact.User) is null ? SmtpListenerMode.Mx : SmtpListenerMode.Submission;
        if (mail.Given.Facts.TextOf(Fact.Listener) is not { } given)
        {
            var names = options.Smtp.Listeners.OrderBy(each => each.Mode == mode ? 0 : 1).Select(each => each.Name);
            return (names.FirstOrDefault("none"), mode);
        }
        return (given, options.Smtp.Listeners.Any(each => each.Name == given && each.Mode != mode) ? SmtpListenerMode.Mx : mode);
    }

    private string KindOf(SpooledDelivery delivery) =>
        delivery.State == DeliveryState.Held ? "hold"
            : SettingsOf(delivery)?.Queue.Kind ?? "unknown";

    private DestinationSettings? SettingsOf(SpooledDelivery delivery) =>
        options.Destinations.FirstOrDefault(each => each.Name == delivery.Destination);

    private ValueTask<WebhookPreview?> RequestOfAsync(
        SpooledDelivery delivery, TrialOutcome outcome, CancellationToken cancellationToken) =>
        AttemptOf(delivery, outcome) is { } attempt ? preview(attempt, HidesSignatures, cancellationToken)
            : ValueTask.FromResult<WebhookPreview?>(null);

    private ValueTask<RelayPreview?> RelayOfAsync(
        SpooledDelivery delivery, TrialOutcome outcome, TimeProvider now, CancellationToken cancellationToken) =>
        AttemptOf(delivery, outcome) is { } attempt && SettingsOf(delivery) is { } settings
            ? DestinationKinds.Of(settings).PreviewRelayAsync(settings, attempt, now, cancellationToken)
            : ValueTask.FromResult<RelayPreview?>(null);

    /// <summary>The first attempt; null where none would be made.</summary>
    private static DeliveryAttempt? AttemptOf(SpooledDelivery delivery, TrialOutcome outcome) =>
        delivery.State == DeliveryState.Held || outcome.Message is not { } message || outcome.Content is not { } content
            ? null : new DeliveryAttempt(delivery, message, content, 1);
}
