using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;

namespace InboundBridge.MailFlow.Routing;

/// <summary>
/// Groups what the rules decide for each recipient: recipients with the same destination, rule, options and marks share a delivery.
/// </summary>
internal sealed class DeliveryGrouping(MessageIdSource ids, string messageId, DateTimeOffset now)
{
    // Most mails make one delivery.
    private readonly List<Group> _groups = new(1);

    public void Add(string original, RuleDecision decision, RuleDelivery delivery)
    {
        var recipient = new MailRecipient(delivery.Recipient, original);
        foreach (var group in _groups)
        {
            if (group.Accepts(decision, delivery))
            {
                if (!group.Recipients.Contains(recipient))
                    group.Recipients.Add(recipient);
                return;
            }
        }
        _groups.Add(new Group(decision, delivery) { Recipients = { recipient } });
    }

    public List<SpooledDelivery> ToDeliveries()
    {
        var deliveries = new List<SpooledDelivery>(_groups.Count);
        foreach (var group in _groups)
            deliveries.Add(ToDelivery(group));
        return deliveries;
    }

    public static IReadOnlyList<StoredHeaderEdit> EditsOf(RuleDecision decision) =>
        decision.HeaderEdits.Count == 0 ? [] : [.. decision.HeaderEdits.Select(edit => new StoredHeaderEdit(edit.Name, edit.Value))];

    private SpooledDelivery ToDelivery(Group group) => new()
    {
        Id = ids.Next(),
        MessageId = messageId,
        Destination = group.Wanted.Destination ?? string.Empty,
        Recipients = group.Recipients,
        Rule = group.Decision.Rule,
        Tags = group.Decision.Tags,
        Vars = group.Decision.Vars,
        HeaderEdits = EditsOf(group.Decision),
        OptionsJson = group.Wanted.OptionsJson,
        HoldReason = group.Wanted.HoldReason,
        State = group.Wanted.HoldReason is null ? DeliveryState.Pending : DeliveryState.Held,
        CreatedAt = now,
        NextAttemptAt = now,
    };

    private sealed record Group(RuleDecision Decision, RuleDelivery Wanted)
    {
        public List<MailRecipient> Recipients { get; } = new(1);

        public bool Accepts(RuleDecision decision, RuleDelivery delivery) =>
            delivery.Destination == Wanted.Destination
            && delivery.OptionsJson == Wanted.OptionsJson
            && delivery.HoldReason == Wanted.HoldReason
            && decision.Rule == Decision.Rule
            && decision.Tags.SequenceEqual(Decision.Tags, StringComparer.Ordinal)
            && decision.HeaderEdits.SequenceEqual(Decision.HeaderEdits)
            && SameVars(decision.Vars, Decision.Vars);

        private static bool SameVars(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right)
        {
            if (left.Count != right.Count)
                return false;
            foreach (var (name, value) in left)
            {
                if (!right.TryGetValue(name, out var other) || other != value)
                    return false;
            }
            return true;
        }
    }
}
