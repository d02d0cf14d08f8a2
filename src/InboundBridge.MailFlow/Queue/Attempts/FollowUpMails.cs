using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Attempts;

/// <summary>Asks the hooks for the mails that follow from what happened to deliveries, and makes room for their deliveries.</summary>
internal sealed class FollowUpMails(
    DeliveryScheduler scheduler, ILogger log, Func<DeliveryHooks> hooks, CancellationToken shutdown)
{
    /// <summary>The age from which on a hook has something to tell of mail that waits; null: never.</summary>
    public TimeSpan? WaitsAfter => hooks() is { Waits: not null } asked ? asked.WaitsAfter() : null;

    /// <summary>Whether a hook wants to know of one of the ends.</summary>
    public bool MayFollow(IReadOnlyList<DeliveryEnd> ends)
    {
        var asked = hooks();
        if (asked.Ended is null)
            return false;
        for (var index = 0; index < ends.Count; index++)
        {
            if (asked.WantsEnd(ends[index]))
                return true;
        }
        return false;
    }

    /// <summary>The attempt as a hook sees it; null where nobody waits any more, or no hook wants to know.</summary>
    public DeliveryWait? WaitOf(AttemptFacts facts, OutcomeJudgement judgement)
    {
        var (asked, completion) = (hooks(), judgement.Completion);
        if (asked.Waits is null || completion.Attempt is not { } attempt || !DeliveryTransitions.IsOpen(completion.Delivery.State))
            return null;
        var wait = new DeliveryWait(completion.Delivery, facts.Message, attempt.Reply, attempt, facts.Destination);
        return asked.WantsWait(wait) ? wait : null;
    }

    /// <summary>
    /// Makes the mails to commit. Their deliveries are registered with the scheduler; the caller says how the commit went.
    /// </summary>
    /// <param name="mails">Gets the mails. The caller disposes of them, also when this throws.</param>
    /// <param name="arrivals">Gets what was registered.</param>
    public async ValueTask AskAsync(IReadOnlyList<DeliveryEnd> ends, DeliveryWait? wait, List<NewMail> mails, List<Arrival> arrivals)
    {
        var asked = hooks();
        foreach (var end in ends)
        {
            if (asked.Ended is { } ask && asked.WantsEnd(end))
                await AddAsync(mails, () => ask(end, shutdown), end.Delivery.Id);
        }
        if (wait is not null && asked.Waits is { } delayed)
            await AddAsync(mails, () => delayed(wait, shutdown), wait.Delivery.Id);
        for (var index = 0; index < mails.Count; index++)
        {
            arrivals.AddRange(scheduler.Register(mails[index].Message, mails[index].Deliveries, out var claims));
            mails[index] = mails[index] with { Claims = claims };
        }
    }

    /// <summary>After the commit, or its failure: registered deliveries go on or are withdrawn, and the mails are disposed of.</summary>
    public async ValueTask ConcludeAsync(bool isCommitted, IReadOnlyList<NewMail> mails, List<Arrival> arrivals)
    {
        if (isCommitted)
            scheduler.Arrived(arrivals);
        else
            scheduler.Withdraw(arrivals);
        foreach (var mail in mails)
            await mail.Staged.DisposeAsync();
    }

    private async ValueTask AddAsync(List<NewMail> mails, Func<ValueTask<NewMail?>> ask, string deliveryId)
    {
        try
        {
            if (await ask() is { } mail)
                mails.Add(mail);
        }
        catch (Exception bug) when (bug is not SpoolUnavailableException)
        {
            QueueLog.HookBroke(log, deliveryId, bug);
        }
    }
}
