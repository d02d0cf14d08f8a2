using InboundBridge.MailFlow.Queue.Attempts;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue;

/// <summary>
/// Accepts a message whose sender must be told that some of its recipients are refused: the message and the bounce are committed together.
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
        var records = deliveries.Where(delivery => delivery.State == DeliveryState.Dead).ToList();
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

    /// <exception cref="SpoolUnavailableException">Nothing was kept.</exception>
    public async ValueTask AcceptAsync(NewMail mail, IReadOnlyList<DeliveryEnd> refused, CancellationToken cancellationToken)
    {
        var arrivals = scheduler.Register(mail.Message, mail.Deliveries, out var claims);
        var bounces = new List<NewMail>();
        var isKept = false;
        try
        {
            await followUps.AskAsync(refused, null, bounces, arrivals);
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
            if (deliveries[index].State == DeliveryState.Dead)
                return true;
        }
        return false;
    }
}
