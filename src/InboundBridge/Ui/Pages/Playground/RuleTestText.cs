using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using InboundBridge.Explaining;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.Rules.Contract;

namespace InboundBridge.Ui.Pages.Playground;

/// <summary>Writes a tried mail with its outcome as a rule test (docs/rules.md), for its first recipient.</summary>
internal static class RuleTestText
{
    /// <summary>Characters of a body that go into the test; a longer mail is better kept as a file.</summary>
    private const int LongestText = 2000;

    /// <summary>JSON strings are YAML strings too, whatever the mail holds.</summary>
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(MailExplanation explanation)
    {
        if (explanation.Outcome.Recipients is not [var recipient, ..])
            return "# MAIL was refused, so no rule was asked: there is nothing that a rule test could expect.\n";
        var (trial, mail) = (explanation.Mail, MimeMessage.Open(MimeSource.FromMemory(explanation.Mail.Octets)));
        var text = new StringBuilder("tests:\n");
        text.Append(CultureInfo.InvariantCulture, $"  - name: {Quoted(mail.Subject ?? "a mail")}\n");
        if (mail.Attachments.Count > 0 || mail.Text?.Length > LongestText)
            text.Append("    # It has attachments or a long text: save the mail beside the rules and write   eml: FILE\n");
        text.Append(
            CultureInfo.InvariantCulture, $"    mail: {{ sender: {Quoted(trial.Sender)}, recipient: {Quoted(recipient.Address)}, ");
        text.Append(CultureInfo.InvariantCulture, $"subject: {Quoted(mail.Subject ?? string.Empty)}, text: {Quoted(Cut(mail.Text))} }}\n");
        text.Append(CultureInfo.InvariantCulture, $"    given: {{ {string.Join(", ", Given(explanation))} }}\n");
        text.Append(CultureInfo.InvariantCulture, $"    expect: {{ {string.Join(", ", Expected(explanation, recipient))} }}\n");
        return text.ToString();
    }

    private static IEnumerable<string> Given(MailExplanation explanation)
    {
        var verdicts = explanation.Outcome.Verdicts;
        yield return $"client_ip: {Quoted(explanation.Mail.ClientIp.ToString())}";
        if (verdicts.Spf.WasAsked)
            yield return $"spf: {verdicts.Spf.Result.Word()}";
        if (verdicts.Dmarc.WasAsked)
            yield return $"dmarc: {verdicts.Dmarc.Result.Word()}";
    }

    private static IEnumerable<string> Expected(MailExplanation explanation, TrialRecipient recipient)
    {
        var decision = recipient.Explanation?.Decision;
        yield return decision?.Rule is { } rule ? $"rule: {Quoted(rule)}" : "default: true";
        if (decision?.Refusal is { } refusal)
        {
            yield return refusal.Kind switch
            {
                RuleRefusalKind.Discard => "discard: true",
                RuleRefusalKind.Defer => "defer: true",
                _ => $"reject: {{ code: {refusal.Code.ToString(CultureInfo.InvariantCulture)} }}",
            };
            yield break;
        }
        var own = explanation.Plan.Where(planned => planned.Delivery.Recipients.Any(each => each.Original == recipient.Address));
        foreach (var kind in own.GroupBy(planned => planned.Kind, StringComparer.Ordinal))
        {
            if (kind.Key == "hold")
                yield return $"hold: {Quoted(kind.First().Delivery.HoldReason ?? string.Empty)}";
            else if (kind.Key is "webhook" or "lmtp" or "relay")
                yield return $"{kind.Key}: [{string.Join(", ", kind.Select(planned => planned.Delivery.Destination))}]";
        }
        if (decision is { Tags.Count: > 0 })
            yield return $"tags: [{string.Join(", ", decision.Tags.Select(Quoted))}]";
        if (decision is { Vars.Count: > 0 })
            yield return $"vars: {{ {string.Join(", ", decision.Vars.Select(each => $"{each.Key}: {Quoted(each.Value)}"))} }}";
    }

    private static string Cut(string? text) => text is null ? string.Empty : text.Length <= LongestText ? text : text[..LongestText];

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Quoting);
}
