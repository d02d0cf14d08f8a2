using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Explaining;

/// <summary>Everything that <see cref="MailExplainer"/> found out.</summary>
internal sealed record MailExplanation(string ConfigVersion, TrialMail Mail, TrialOutcome Outcome, IReadOnlyList<PlannedDelivery> Plan);

/// <param name="Kind"><c>webhook</c>, <c>lmtp</c>, <c>relay</c> or <c>hold</c>.</param>
/// <param name="Request">The first attempt; null for anything but a webhook.</param>
internal sealed record PlannedDelivery(SpooledDelivery Delivery, string Kind, WebhookPreview? Request);
