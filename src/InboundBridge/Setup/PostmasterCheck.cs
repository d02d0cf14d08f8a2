using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Domains;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Setup;

/// <summary>
/// RFC 5321 §4.5.1: mail for postmaster is to be accepted. Bounces name that address for questions, so that rules which refuse every mail
/// for it leave people without an answer.
/// </summary>
internal static class PostmasterCheck
{
    /// <summary>At our own name where we accept mail for it, else at the first of our domains.</summary>
    public static string AddressOf(ApplianceOptions options)
    {
        var domains = new LocalDomains(options.Domains);
        return $"postmaster@{(domains.Contains(options.Hostname) ? options.Hostname : domains.First ?? options.Hostname)}";
    }

    public static async Task WarnAsync(
        ApplianceOptions options, RuleSet rules, RuleEvaluator evaluator, ConfigurationOutcome outcome, SourceProblems problems,
        CancellationToken cancellationToken)
    {
        if (options.Delivery.Bounces.Via is null)
            return;
        var address = AddressOf(options);
        var recipient = new RuleRecipient(address);
        var why = new LocalDomains(options.Domains).Contains(recipient.Domain)
            ? await RefusalAsync(options, rules, evaluator, recipient, cancellationToken)
            : "none of our domains has that name";
        if (why is null)
            return;
        problems.Warn(
            outcome.PlaceOf("delivery", "bounces", "via"),
            $"bounces tell people to ask {address}, but mail for it is always refused: {why}",
            "a rule for postmaster (RFC 5321 §4.5.1)");
    }

    /// <summary>Null where it depends on the mail, or where some mail is accepted.</summary>
    private static async Task<string?> RefusalAsync(
        ApplianceOptions options, RuleSet rules, RuleEvaluator evaluator, RuleRecipient recipient, CancellationToken cancellationToken)
    {
        var decision = await evaluator.DecideAsync(
            rules, new NothingKnown(), recipient, DateTimeOffset.UnixEpoch, cancellationToken);
        if (!decision.IsCertain || decision.Errors.Count > 0 || decision.Deliveries.Count > 0)
            return null;
        if (decision.Refusal is { } refusal)
            return refusal.Kind == RuleRefusalKind.Reject ? $"by the rule \"{decision.Rule}\"" : null;
        return options.Rules.Default.Kind == DefaultActionKind.Reject ? "no rule matches, and rules.default rejects" : null;
    }

    /// <summary>A mail of which only the recipient is known.</summary>
    private sealed class NothingKnown : MessageFacts
    {
        public override string Id => "check";

        public override FactValue Get(Fact fact) => FactValue.NotKnown;

        public override FactValue Header(string name) => FactValue.NotKnown;
    }
}
