using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;

namespace InboundBridge.Operations.Replaying;

/// <summary>
/// Compares where rules would send a stored message with where it was sent when it was received. Scanners are asked where a rule needs an
/// answer that was not stored. After a scanner gave none, the messages that follow are compared without asking, so that a scanner which is
/// gone costs one time-out and not one a message.
/// </summary>
/// <param name="rules">The rules to evaluate.</param>
/// <param name="policy">The policy in force, for its scanners and limits.</param>
internal sealed class RouteDiff(IMailSpool spool, MailRouter router, RoutingPolicy rules, ReceptionPolicy policy)
{
    private const string Discarded = "discard";

    private bool _isScannerGone;

    /// <summary>What these rules would do; null when the message's octets are gone.</summary>
    public async Task<RoutePlan?> PlanAsync(SpooledMessage message, CancellationToken cancellationToken)
    {
        using var content = await spool.OpenContentAsync(message.Id, cancellationToken);
        if (content is null)
            return null;
        var scan = _isScannerGone ? null : StoredMailScan.Of(message, content, policy);
        var facts = new SpooledMailFacts(message, await ParsedMail.OpenAsync(content, policy.Mime, cancellationToken), scan);
        // Evaluated for the time of reception, since rules may depend on the hour.
        var plan = await router.PlanAsync(
            rules, facts, [.. message.Envelope.Recipients.Select(recipient => new RuleRecipient(recipient.Address))], message.ReceivedAt,
            cancellationToken);
        _isScannerGone |= scan is not null && plan.Refusals.Any(refusal => refusal is { Decision.IsCertain: false });
        return plan;
    }

    /// <summary>The recipients that would go elsewhere; null when the octets are gone.</summary>
    public async Task<List<RouteChange>?> CompareAsync(SpooledMessage message, CancellationToken cancellationToken)
    {
        if (await PlanAsync(message, cancellationToken) is not { } plan)
            return null;
        var stored =
            (await spool.FindDeliveriesAsync(message.Id, cancellationToken))
                .Where(delivery => !delivery.IsReplay && delivery.FailedDestinations.Count == 0).ToList();
        var changes = new List<RouteChange>();
        for (var index = 0; index < message.Envelope.Recipients.Count; index++)
        {
            var recipient = message.Envelope.Recipients[index].Address;
            var before = Route(stored, recipient);
            var after = plan.Refusals[index] is { } refusal
                ? new RouteText(null, [$"refuse {Describe(refusal)}"])
                : Route(plan.Deliveries, recipient);
            if (!before.To.SequenceEqual(after.To, StringComparer.Ordinal))
                changes.Add(new RouteChange(message, recipient, before, after));
        }
        return changes;
    }

    /// <summary>The reply, and after it the fact that could not be found out, where one is missing.</summary>
    public static string Describe(RoutedRefusal refusal)
    {
        var reply = refusal.Reply;
        return $"{reply.Code} {reply.Enhanced} {reply.Text}{(refusal.Detail is { } detail ? $" ({detail})" : string.Empty)}";
    }

    private static RouteText Route(IEnumerable<SpooledDelivery> deliveries, string recipient)
    {
        var own = deliveries.Where(delivery => delivery.Recipients.Any(addressee => addressee.Original == recipient)).ToList();
        var to =
            own.Select(delivery => Describe(delivery, recipient)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return new RouteText(own.FirstOrDefault()?.Rule, to.Count == 0 ? [Discarded] : to);
    }

    private static string Describe(SpooledDelivery delivery, string recipient)
    {
        if (delivery.HoldReason is { } reason)
            return $"hold: {reason}";
        if (delivery.Destination.Length == 0)
            return $"refuse {delivery.LastReply?.Text}";
        var address = delivery.Recipients.First(addressee => addressee.Original == recipient).Address;
        return delivery.Destination + (address == recipient ? string.Empty : $" as {address}")
            + (delivery.OptionsJson is { } options ? $" {ShownOptions.Compared(options)}" : string.Empty);
    }
}

/// <param name="To">Each place in words (a destination, hold, a refusal), sorted.</param>
internal sealed record RouteText(string? Rule, IReadOnlyList<string> To);

internal sealed record RouteChange(SpooledMessage Message, string Recipient, RouteText Before, RouteText After);
