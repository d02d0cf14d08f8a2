using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Destinations;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.RuleTexts;
using InboundBridge.Setup;
using InboundBridge.Yaml;

namespace InboundBridge.Operations.Replaying;

/// <summary>Sends stored mail again, and compares where other rules would send it.</summary>
internal sealed class ReplayOperations(
    IMailSpool spool, MailQueue queue, ReceptionServices reception, CurrentSetup current, DestinationNames names, AuditLog audit,
    TimeProvider clock)
{
    public async Task<ReplayOutcome> ReplayAsync(Principal who, string id, ReplayPlan plan, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Replay);
        if (await spool.FindMessageAsync(id, cancellationToken) is not { } message)
            return new ReplayOutcome.Unknown();
        if (ProblemOf(plan) is { } problem)
            return new ReplayOutcome.Invalid(problem);
        var (deliveries, refusals) = await DeliveriesOfAsync(message, plan, cancellationToken);
        if (plan.DryRun)
            return new ReplayOutcome.Planned(deliveries, refusals);
        var count = await queue.ReplayAsync(id, deliveries, cancellationToken);
        if (count == 0)
            return new ReplayOutcome.Refused(
                refusals.Count > 0 ? $"the rules refuse it: {refusals[0]}" : WhyNot(message, deliveries.Count));
        audit.Changed(who, Operation.Replay, id, count);
        return new ReplayOutcome.Sent(count, deliveries, refusals);
    }

    /// <summary>
    /// Finds the messages of a page that the rules in force, or the rules in <paramref name="files"/>,
    /// would send elsewhere. Sends nothing and counts no hits.
    /// </summary>
    /// <param name="files">Texts of rule files by their path; null for the rules in force.</param>
    public async Task<ComparisonOutcome> CompareAsync(
        Principal who, MessageFilter filter, string? cursor, int limit, IReadOnlyDictionary<string, string?>? files,
        CancellationToken cancellationToken)
    {
        who.Demand(Operation.CompareRules);
        var policy = reception.CurrentPolicy.Routing;
        if (files is not null)
        {
            if (UploadedRules.Problem(files) is { } problem)
                return new ComparisonOutcome.Invalid(problem);
            var problems = new SourceProblems();
            if (UploadedRuleSet.Load(
                files.ToDictionary(file => file.Key, file => file.Value!, StringComparer.Ordinal), current.Setup.Options, problems)
                is not { } rules)
                return new ComparisonOutcome.Unreadable(problems);
            policy = policy with { Rules = rules };
        }
        var page = await spool.ListMessagesAsync(filter, cursor, limit, cancellationToken);
        var diff = DiffBy(policy);
        var (changes, gone) = (new List<RouteChange>(), 0);
        // No rules ever saw a bounce.
        foreach (var message in page.Items.Where(message => message.Cause is null))
        {
            if (await diff.CompareAsync(message, cancellationToken) is { } found)
                changes.AddRange(found);
            else
                gone++;
        }
        return new ComparisonOutcome.Compared(page.Items.Count, gone, changes, page.Next);
    }

    private string? ProblemOf(ReplayPlan plan)
    {
        if (plan.To is not { } to)
            return null;
        if (plan.ByRules)
            return "to: 'by_rules' lets the rules decide the destination; give only one of the two";
        return names.IsConfigured(to)
            ? null : $"to: there is no destination '{to}'{(names.Hint(to) is { } hint ? $" ({hint})" : names.Choice)}";
    }

    private async Task<(IReadOnlyList<SpooledDelivery> Deliveries, IReadOnlyList<string> Refusals)> DeliveriesOfAsync(
        SpooledMessage message, ReplayPlan plan, CancellationToken cancellationToken)
    {
        if (plan.To is { } to)
            return ([ToOne(message, to)], []);
        if (!plan.ByRules)
            return (await queue.PlanReplayAsync(message.Id, cancellationToken), []);
        if (await DiffBy(reception.CurrentPolicy.Routing).PlanAsync(message, cancellationToken) is not { } routes)
            return ([], []);
        return (routes.Deliveries,
            [.. routes.Refusals.OfType<RoutedRefusal>().Select(RouteDiff.Describe)]);
    }

    /// <summary>A plan: the queue turns it into a replay with its own id and times.</summary>
    private SpooledDelivery ToOne(SpooledMessage message, string destination) => new()
    {
        Id = string.Empty,
        MessageId = message.Id,
        Destination = destination,
        Recipients = [.. message.Envelope.Recipients.Select(recipient => new MailRecipient(recipient.Address))],
        CreatedAt = clock.GetUtcNow(),
    };

    private string WhyNot(SpooledMessage message, int planned) =>
        message.IsErased ? "the message was deleted, so its octets are gone"
        : planned > 0 ? "the message's octets are gone"
        : $"the message has never had a destination; name one with 'to' (--to on the command line){names.Choice}";

    private RouteDiff DiffBy(RoutingPolicy policy) =>
        new(spool, reception.Router, policy with { IsDryRun = true }, reception.CurrentPolicy);
}
