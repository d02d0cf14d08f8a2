using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime.Reading;

namespace InboundBridge.MailFlow.Reception;

/// <summary>
/// Lets the rules decide where a message goes. Messages that take much memory when rules read them wait for their turn; others don't.
/// </summary>
internal sealed class MailPlanner(ReceptionServices services)
{
    public ValueTask<RoutePlan> PlanAsync(
        MailTransaction transaction, MailFacts facts, MailContent content, CancellationToken cancellationToken)
    {
        var weight = transaction.Policy.Routing.Rules.ReadsContent ? ReadingWeight.Of(facts.Mail, facts.Octets) : 0;
        return weight > 0
            ? PlanHeavyAsync(transaction, facts, content, weight, cancellationToken)
            : DecideAsync(transaction, facts, cancellationToken);
    }

    private ValueTask<RoutePlan> DecideAsync(MailTransaction transaction, MailFacts facts, CancellationToken cancellationToken) =>
        services.Router.PlanAsync(transaction.Policy.Routing, facts, transaction.Recipients, transaction.BeganAt, cancellationToken);

    private async ValueTask<RoutePlan> PlanHeavyAsync(
        MailTransaction transaction, MailFacts facts, MailContent content, long weight, CancellationToken cancellationToken)
    {
        using var place = await services.Gate.EnterAsync(weight, cancellationToken);
        try
        {
            return await DecideAsync(transaction, facts, cancellationToken);
        }
        finally
        {
            ReadingDebris.Shared.Count(ReadingWeight.LeftBehind(facts.Mail));
            // Releases what the rules have read, because the wait for the commit follows.
            facts.MailArrived(ParsedMail.Open(content, transaction.Policy.Mime), content, facts.Octets);
        }
    }
}
