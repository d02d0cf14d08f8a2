using InboundBridge.MailFlow.Reception.Enforcement;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.Rules.Explaining;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Terminal;

namespace InboundBridge.Explaining;

/// <summary>Says in words who decided what becomes of a recipient. Each text goes on after the word for its fate.</summary>
internal static class RecipientLines
{
    public static string Decided(TrialRecipient recipient) => recipient switch
    {
        { DecidedBy: TrialDecider.Enforcement, HoldReason: { } reason } => $" by {recipient.Check}: enforce ({Plain(reason)})",
        { DecidedBy: TrialDecider.Enforcement, Refusal: { } refusal } =>
            $" by {recipient.Check}: enforce, with {Of(refusal)}, before the rules decided",
        { DecidedBy: TrialDecider.Reception, Refusal: { } refusal } => $" by the session, with {Of(refusal)}, before the rules decided",
        { Explanation: { } explanation } => Decided(explanation),
        _ => " before the rules decided",
    };

    public static string Decided(RuleExplanation explanation)
    {
        if (!explanation.Decision.IsCertain)
            return $": the rules are not certain; missing: {string.Join(", ", explanation.Decision.MissingFacts)}";
        var when = explanation.Stage switch
        {
            RuleStage.Recipient => "certain at RCPT",
            RuleStage.Header => "certain after the header",
            _ => "certain after the body",
        };
        return explanation.Decision.Rule is { } rule ? $" by rule \"{Plain(rule)}\", {when}"
            : $": no rule decides, so rules.default does, {when}";
    }

    public static string Of(GreylistForecast forecast) => forecast.Chance switch
    {
        GreylistChance.Deferred when forecast.Reply is { } reply =>
            $"the client is a stranger and would get {Of(reply)}; what is shown here happens when it comes back",
        GreylistChance.Known => "the client has come back before and need not wait",
        GreylistChance.VouchedFor => "SPF or a list of good clients vouches for the client, so it need not wait",
        GreylistChance.TrustedClient => "trusted clients need not wait",
        GreylistChance.OpenRecipient => "nobody waits who writes to postmaster or abuse",
        _ => "on, but the spool that remembers clients can't be read here",
    };

    private static string Of(SmtpReply reply) =>
        $"{reply.Code}{(reply.Enhanced is { } enhanced ? $" {enhanced}" : string.Empty)} {Plain(reply.Text)}";

    private static string Plain(string value) => TerminalText.Plain(value);
}
