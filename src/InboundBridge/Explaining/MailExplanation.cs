using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Explaining;

/// <summary>The result of <see cref="MailExplainer"/>.</summary>
public sealed record MailExplanation(string ConfigVersion, TrialMail Mail, TrialOutcome Outcome, IReadOnlyList<PlannedDelivery> Plan);

/// <param name="Kind"><c>webhook</c>, <c>lmtp</c>, <c>relay</c> or <c>hold</c>.</param>
/// <param name="Request">The request of the first attempt; null where the destination is not a webhook.</param>
public sealed record PlannedDelivery(SpooledDelivery Delivery, string Kind, WebhookPreview? Request)
{
    /// <summary>What the relay would write on the envelope and on top of the mail; null where the destination is none.</summary>
    public RelayPreview? Relay { get; init; }

    /// <summary>The mail waits there until its receiver collects it (ATRN).</summary>
    public bool OnDemand { get; init; }

    /// <summary>The destination is asked before the mail is accepted, so its answer decides the reply to the data.</summary>
    public bool IsAsked { get; init; }
}
