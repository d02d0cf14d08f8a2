using System.Text;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;

namespace InboundBridge.MailFlow.Routing;

/// <summary>
/// The effect of a decision as text. Two decisions with the same effect have the same text, so that texts can be compared and read.
/// </summary>
/// <param name="Rule">The rule that decided; null for <c>rules.default</c>.</param>
/// <param name="Effect">As in <c>to helpdesk; tags: vip</c> or <c>reject 550 5.7.1 Gone</c>.</param>
public sealed record RoutedOutcome(string? Rule, string Effect)
{
    public static RoutedOutcome Of(RuleDecision decision, RulesDefault otherwise)
    {
        if (!decision.IsCertain)
            return new RoutedOutcome(null, $"undecided, needs {string.Join(", ", decision.MissingFacts)}");
        if (decision.Refusal is { } refusal)
            return new RoutedOutcome(decision.Rule, refusal.Kind switch
            {
                RuleRefusalKind.Discard => "discard",
                RuleRefusalKind.Defer => $"defer {refusal.Code} {refusal.Enhanced} {refusal.Text}",
                _ => $"reject {refusal.Code} {refusal.Enhanced} {refusal.Text}",
            });
        if (decision.Deliveries.Count > 0)
            return new RoutedOutcome(decision.Rule,
                $"{string.Join(" and ", decision.Deliveries.Select(Delivery).Order(StringComparer.Ordinal))}{Marks(decision)}");
        return new RoutedOutcome(null, otherwise switch
        {
            RulesDefault.Reject => "reject by default",
            RulesDefault.Discard => "discard by default",
            RulesDefault.Deliver deliver => $"to {deliver.Destination} by default{Marks(decision)}",
            _ => $"hold by default{Marks(decision)}",
        });
    }

    private static string Delivery(RuleDelivery delivery)
    {
        if (delivery.HoldReason is { } reason)
            return $"hold: {reason}";
        return delivery.OptionsJson is { } options
            ? $"to {delivery.Destination} for {delivery.Recipient} with {ShownOptions.Compared(options)}"
            : $"to {delivery.Destination} for {delivery.Recipient}";
    }

    /// <summary>The tags, vars and header changes that receivers see.</summary>
    private static string Marks(RuleDecision decision)
    {
        var marks = new StringBuilder();
        if (decision.Tags.Count > 0)
            marks.Append("; tags: ").AppendJoin(", ", decision.Tags.Order(StringComparer.Ordinal));
        if (decision.Vars.Count > 0)
            marks.Append("; vars: ")
                .AppendJoin(", ", decision.Vars.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => $"{entry.Key}={entry.Value}"));
        foreach (var edit in decision.HeaderEdits)
            marks.Append(edit.Value is null ? $"; without {edit.Name}" : $"; {edit.Name}: {edit.Value}");
        return marks.ToString();
    }
}
