using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Queue.Asking;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.Spool.Contract;
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
        // Mail from outside arrives at an MX listener; other listeners would require authentication.
        var listener = options.Smtp.Listeners.OrderBy(each => each.Mode == SmtpListenerMode.Mx ? 0 : 1).Select(each => each.Name)
            .FirstOrDefault("none");
        var outcome = await new MailTrial(policy, options.Smtp.Server, listener, clock, Strangers).RunAsync(mail, cancellationToken);
        var asked = new AskTable(options.Destinations.Select(destination => destination.Queue));
        var plan = new List<PlannedDelivery>(outcome.Deliveries.Count);
        foreach (var delivery in outcome.Deliveries)
        {
            plan.Add(new PlannedDelivery(delivery, KindOf(delivery), await RequestOfAsync(delivery, outcome, cancellationToken))
            {
                OnDemand = delivery.State != DeliveryState.Held && SettingsOf(delivery)?.Queue.OnDemand == true,
                IsAsked = asked.Find(delivery) is not null,
            });
        }
        return new MailExplanation(policy.Routing.ConfigVersion, mail, outcome, plan);
    }

    private string KindOf(SpooledDelivery delivery) =>
        delivery.State == DeliveryState.Held ? "hold"
            : SettingsOf(delivery)?.Queue.Kind ?? "unknown";

    private DestinationSettings? SettingsOf(SpooledDelivery delivery) =>
        options.Destinations.FirstOrDefault(each => each.Name == delivery.Destination);

    private ValueTask<WebhookPreview?> RequestOfAsync(
        SpooledDelivery delivery, TrialOutcome outcome, CancellationToken cancellationToken) =>
        delivery.State == DeliveryState.Held || outcome.Message is null || outcome.Content is null
            ? ValueTask.FromResult<WebhookPreview?>(null)
            : preview(new DeliveryAttempt(delivery, outcome.Message, outcome.Content, 1), HidesSignatures, cancellationToken);
}
