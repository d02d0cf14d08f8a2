using InboundBridge.MailFlow.Queue.Attempts;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue;

/// <summary>
/// Accepts a message whose sender must be told something at once, for example that some of its recipients are refused: the message and the
/// bounce are committed together.
/// </summary>
internal sealed class PartialAcceptance(IMailSpool spool, DeliveryScheduler scheduler, FollowUpMails followUps)
{
    /// <param name="refused">All refused recipients as one end, where a hook wants to know of it.</param>
    public bool Applies(
        SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, StagedMessage staged, out IReadOnlyList<DeliveryEnd> refused)
    {
        refused = [];
        if (!AnyIsRefused(deliveries))
            return false;
        var records = deliveries.Where(delivery => IsRefused(delivery)).ToList();
        var recipients = records.SelectMany(record => record.Recipients.Select(recipient => recipient with { Reply = record.LastReply }));
        var reply = records[0].LastReply ?? DeliveryReply.FromText("refused");
        DeliveryEnd[] ends =
        [
            new DeliveryEnd(records[0], message, [.. recipients], DeliveryState.Dead, reply, Expired: false, null)
            {
                Content = staged.Content,
            },
        ];
        if (!followUps.MayFollow(ends))
            return false;
        refused = ends;
        return true;
    }

    /// <param name="ends">Of recipients that are refused, and of deliveries that ended before the mail was accepted.</param>
    /// <exception cref="SpoolUnavailableException">Nothing was kept.</exception>
    public async ValueTask AcceptAsync(NewMail mail, IReadOnlyList<DeliveryEnd> ends, CancellationToken cancellationToken)
    {
        var arrivals = scheduler.Register(mail.Message, mail.Deliveries, out var claims);
        var bounces = new List<NewMail>();
        var isKept = false;
        try
        {
            await followUps.AskAsync(ends, null, bounces, arrivals);
            await spool.CommitWithFollowUpsAsync(mail with { Claims = claims }, bounces, cancellationToken);
            isKept = true;
        }
        finally
        {
            await followUps.ConcludeAsync(isKept, bounces, arrivals);
        }
    }

    private static bool AnyIsRefused(IReadOnlyList<SpooledDelivery> deliveries)
    {
        for (var index = 0; index < deliveries.Count; index++)
        {
            if (IsRefused(deliveries[index]))
                return true;
        }
        return false;
    }

    /// <summary>
    /// The record of a refused recipient. A delivery that failed while the sender waited is dead, too, but has a destination.
    /// </summary>
    private static bool IsRefused(SpooledDelivery delivery) => delivery is { State: DeliveryState.Dead, Destination.Length: 0 };
}
