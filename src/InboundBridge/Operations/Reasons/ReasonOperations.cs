using System.Text;
using InboundBridge.Explaining;
using InboundBridge.Logging;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Principals;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Explaining;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Testing;
using InboundBridge.Setup;

namespace InboundBridge.Operations.Reasons;

/// <summary>Explains a stored message: each rule with its conditions, and the request of each delivery. Sends and counts nothing.</summary>
/// <param name="preview">The HTTP request of an attempt; null for destinations that send none.</param>
internal sealed class ReasonOperations(IMailSpool spool, CurrentSetup current, ReceptionServices reception, RequestPreview preview)
    : IDisposable
{
    /// <summary>Recipients that are explained; each holds a record of every rule.</summary>
    private const int MostRecipients = 20;

    /// <summary>Explanations at the same time: each may hold a whole mail and its request in memory.</summary>
    private const int MostAtOnce = 2;

    private readonly SemaphoreSlim _turns = new(MostAtOnce);

    /// <summary>
    /// Evaluates the rules in force with the verdicts of the time of reception. Scanners are not asked again. Null when the message is
    /// unknown or its octets are gone.
    /// </summary>
    public async Task<StoredReasons?> ExplainAsync(Principal who, string id, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Explain);
        if (await spool.FindMessageAsync(id, cancellationToken) is not { } message)
            return null;
        return await OpenAsync(
            id,
            async content =>
            {
                var (setup, policy) = (current.Setup, reception.CurrentPolicy);
                var facts = new SpooledMailFacts(message, await ParsedMail.OpenAsync(content, policy.Mime, cancellationToken));
                var explainer = new RuleExplainer(setup.SpareEvaluator);
                var explained = new List<RuleExplanation>();
                foreach (var recipient in message.Envelope.Recipients.Take(MostRecipients))
                    explained.Add(
                        await explainer.ExplainAsync(
                            policy.Routing.Rules, facts, new RuleRecipient(recipient.Address), message.ReceivedAt, cancellationToken));
                return new StoredReasons(
                    policy.Routing.ConfigVersion, explained, Math.Max(0, message.Envelope.Recipients.Count - MostRecipients));
            },
            cancellationToken);
    }

    /// <summary>
    /// A rule test of a stored message for one of its recipients, with the verdicts of the time of reception and the rules in force. Null
    /// when the message is unknown, its octets are gone, or it has no such recipient.
    /// </summary>
    /// <param name="recipient">Null: the first one.</param>
    public async Task<RuleTestDraft?> CopyAsync(Principal who, string id, string? recipient, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Explain);
        if (await spool.FindMessageAsync(id, cancellationToken) is not { } message
            || message.Envelope.Recipients.FirstOrDefault(each => recipient is null || each.Address == recipient) is not { } chosen)
            return null;
        return await OpenAsync(
            id,
            async content =>
            {
                var (setup, policy) = (current.Setup, reception.CurrentPolicy);
                var facts = new SpooledMailFacts(message, await ParsedMail.OpenAsync(content, policy.Mime, cancellationToken));
                return await new RuleTestCopy(setup.SpareEvaluator, TestEnforcement.Of(setup.Options)).MakeAsync(
                    policy.Routing.Rules, facts, RuleStage.Body, new RuleRecipient(chosen.Address), message.ReceivedAt, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>
    /// The request of a delivery, made anew from the stored mail: without credentials, and with a signature that no receiver accepts. What
    /// shows it hides the configuration's secrets too (<see cref="Hide"/>). Null when the delivery is unknown, its mail is gone, or its
    /// destination gets no requests.
    /// </summary>
    public async Task<WebhookPreview?> PreviewAsync(Principal who, string deliveryId, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Explain);
        if (await spool.FindDeliveryAsync(deliveryId, cancellationToken) is not { } delivery
            || await spool.FindMessageAsync(delivery.MessageId, cancellationToken) is not { } message)
            return null;
        return await OpenAsync(
            delivery.MessageId,
            async content =>
            {
                var attempt = new DeliveryAttempt(
                    delivery, message, await content.ToLocalAsync(cancellationToken), Math.Max(1, delivery.Attempts));
                return (await preview(attempt, hidesSignatures: true, cancellationToken))?.WithoutCredentials();
            },
            cancellationToken);
    }

    /// <summary>Masks the configuration's secrets in a text of a request.</summary>
    public string Hide(string text) => SecretMask.Of(current.Setup.Secrets)(text);

    public void Dispose() => _turns.Dispose();

    /// <summary>Waits for a turn and opens the octets of a message. Null when they are gone.</summary>
    private async Task<T?> OpenAsync<T>(string id, Func<MailContent, Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            using var content = await spool.OpenContentAsync(id, cancellationToken);
            return content is null ? null : await read(content);
        }
        finally
        {
            _turns.Release();
        }
    }
}
