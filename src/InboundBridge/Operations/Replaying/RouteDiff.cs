using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;

namespace InboundBridge.Operations.Replaying;

/// <summary>Compares where rules would send a stored message with where it was sent when it was received.</summary>
internal sealed class RouteDiff(IMailSpool spool, MailRouter router, RoutingPolicy policy, MimeLimits mime)
{
    private const string Discarded = "discard";

    /// <summary>What these rules would do; null when the message's octets are gone.</summary>
    public async Task<RoutePlan?> PlanAsync(SpooledMessage message, CancellationToken cancellationToken)
    {
        using var content = await spool.OpenContentAsync(message.Id, cancellationToken);
        if (content is null)
            return null;
        var facts = new SpooledMailFacts(message, await ParsedMail.OpenAsync(content, mime, cancellationToken));
        // Evaluated for the time of reception, since rules may depend on the hour.
        return await router.PlanAsync(
            policy, facts, [.. message.Envelope.Recipients.Select(recipient => new RuleRecipient(recipient.Address))], message.ReceivedAt,
            cancellationToken);
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
                ? new RouteText(null, [$"refuse {refusal.Code} {refusal.Enhanced} {refusal.Text}"])
                : Route(plan.Deliveries, recipient);
            if (!before.To.SequenceEqual(after.To, StringComparer.Ordinal))
                changes.Add(new RouteChange(message, recipient, before, after));
        }
        return changes;
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
