using InboundBridge.MailFlow.Reception.Trials;

namespace InboundBridge.Ui.Text;

/// <summary>What pages say about a recipient of a trial that no rule decided.</summary>
internal static class ExplanationWords
{
    public static string Fate(TrialRecipient recipient)
    {
        var who = recipient.DecidedBy switch
        {
            TrialDecider.Enforcement => $"by {recipient.Check}: enforce",
            TrialDecider.Reception => "by the session",
            _ => "by the rules",
        };
        var reply = recipient.Refusal is { } refusal ? $", with {refusal.Code} {refusal.Enhanced} {refusal.Text}" : string.Empty;
        return $"{recipient.Fate.ToString().ToLowerInvariant()} {who}{reply}";
    }
}
