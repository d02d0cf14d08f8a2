using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>
/// The replies of one attempt, by recipient. The record of a recipient must not carry what another recipient's server said.
/// </summary>
internal readonly struct RecipientReplies(DeliveryOutcome outcome)
{
    private readonly DeliveryReply _all = outcome.Reply.Cut();
    private readonly IReadOnlyList<RecipientOutcome>? _each = (outcome as DeliveryOutcome.PerRecipient)?.Recipients;

    private readonly bool _tookNotify = outcome is DeliveryOutcome.Delivered { TookNotify: true };

    public DeliveryReply All => _all;

    /// <summary>Whether a recipient was delivered to a destination that answers NOTIFY for it.</summary>
    public bool TookNotify(MailRecipient recipient) => _each is null
        ? _tookNotify
        : _each.FirstOrDefault(one => one.Recipient == recipient)?.Outcome is DeliveryOutcome.Delivered { TookNotify: true };

    /// <summary>The reply to some recipients; where they got different ones, a line that names each recipient with its own.</summary>
    public DeliveryReply To(IReadOnlyList<MailRecipient> recipients)
    {
        if (_each is null)
            return _all;
        if (_each is [var only] && recipients is [var asked] && only.Recipient == asked)
            return only.Outcome.Reply.Cut();
        var own = Own(recipients);
        return own.Select(one => one.Outcome.Reply).Distinct().Count() switch
        {
            0 => DeliveryReply.FromText("the destination said nothing about them"),
            1 => own[0].Outcome.Reply.Cut(),
            _ when own.Select(one => one.Outcome.Reply.Text).Distinct(StringComparer.Ordinal).Count() == 1 =>
                DeliveryReply.FromText(own[0].Outcome.Reply.Text).Cut(),
            _ => DeliveryReply.FromText(string.Join("; ", own.Select(one => $"{one.Recipient.Address}: {one.Outcome.Reply.Text}"))).Cut(),
        };
    }

    /// <summary>The recipients, each with its own reply where they got different ones.</summary>
    public IReadOnlyList<MailRecipient> Mark(IReadOnlyList<MailRecipient> recipients)
    {
        var differ = _each is { Count: > 1 } && Own(recipients).Select(one => one.Outcome.Reply).Distinct().Skip(1).Any();
        if (!differ && !AnyIn(recipients))
            return recipients;
        var marked = new List<MailRecipient>(recipients.Count);
        foreach (var recipient in recipients)
            marked.Add(recipient with { Reply = differ ? ReplyTo(recipient) : null });
        return marked;
    }

    /// <summary>Whether any of the recipients has a reply of its own.</summary>
    public static bool AnyIn(IReadOnlyList<MailRecipient> recipients)
    {
        for (var index = 0; index < recipients.Count; index++)
        {
            if (recipients[index].Reply is not null)
                return true;
        }
        return false;
    }

    private DeliveryReply? ReplyTo(MailRecipient recipient) =>
        _each!.FirstOrDefault(one => one.Recipient == recipient)?.Outcome.Reply.Cut();

    private List<RecipientOutcome> Own(IReadOnlyList<MailRecipient> recipients) =>
        [.. _each!.Where(one => recipients.Contains(one.Recipient))];
}
