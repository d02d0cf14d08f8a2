using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>The text that a domain gives for its fail (RFC 7208 §6.2).</summary>
internal static class SpfExplanation
{
    /// <summary>Null when there is none that can be used. Every problem is ignored, as the RFC says.</summary>
    public static async ValueTask<string?> FindAsync(
        SpfLookUps dns, SpfTargets targets, SpfOptions options, SpfOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome is not { Explanation: { } target, Domain: { } domain }
            || await targets.FindAsync(target, domain, cancellationToken) is not { } name)
            return null;
        var answer = await dns.LookUpAsync(name, DnsRecordType.Txt, cancellationToken);
        if (answer is not { Status: DnsStatus.Success, Records: [DnsRecord.Txt { Text: var text }] }
            || text.Length > options.LongestExplanationText || SpfMacroParser.Explanation(text) is not { } explanation)
            return null;
        var expanded = await targets.ExplainAsync(explanation, domain, options.LongestExplanation, cancellationToken);
        // It goes into an SMTP reply: a control character could end the line, and text that is not ASCII is not allowed.
        return expanded.Length == 0 || expanded.AsSpan().ContainsAnyExceptInRange(' ', '~') ? null : expanded;
    }
}
