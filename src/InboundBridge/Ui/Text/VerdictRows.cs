using System.Globalization;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.Ui.Text;

/// <summary>The verdicts as rows of a table: the check, its result in one word, about whom, and why.</summary>
internal static class VerdictRows
{
    public static IEnumerable<VerdictRow> Of(MailVerdicts verdicts)
    {
        if (verdicts.Dmarc.WasAsked || verdicts.Verdict != SenderVerdict.None)
            yield return new VerdictRow("verdict", verdicts.Verdict.Word(), null, string.Join("; ", verdicts.Reasons));
        if (verdicts.Spf is { WasAsked: true } spf)
            yield return new VerdictRow(
                "SPF", spf.Result.Word(), spf.Domain + (spf.Scope == "helo" ? " (of EHLO)" : string.Empty),
                spf.Problem ?? spf.Explanation ?? (spf.Mechanism is { } mechanism ? $"by {mechanism}" : null));
        foreach (var signature in verdicts.Dkim)
            yield return new VerdictRow(
                "DKIM", signature.Result.Word(), $"{signature.Domain} {signature.Selector}".Trim(),
                signature.Reason ?? signature.Algorithm);
        if (verdicts.Dmarc is { WasAsked: true } dmarc)
            yield return new VerdictRow(
                "DMARC", dmarc.Result.Word(), dmarc.Domain, dmarc.Problem ?? (dmarc.Policy is { } policy ? $"policy {policy}" : null));
        if (verdicts.Arc.Result != CheckResult.None)
            yield return new VerdictRow(
                "ARC", verdicts.Arc.Result.Word(), string.Join(", ", verdicts.Arc.Sealers),
                verdicts.Arc.Reason ?? (verdicts.Arc.Trusted ? "trusted sealer" : null));
        if (verdicts.Iprev.Result != CheckResult.None)
            yield return new VerdictRow("iprev", verdicts.Iprev.Result.Word(), verdicts.Iprev.Name, null);
        foreach (var listing in verdicts.Dnsbl)
            yield return listing.Allows
                ? new VerdictRow("DNSWL", "allowed", listing.Zone, listing.Code)
                : new VerdictRow("DNSBL", "listed", listing.Zone, listing.Code);
        foreach (var row in OfScanners(verdicts))
            yield return row;
    }

    private static IEnumerable<VerdictRow> OfScanners(MailVerdicts verdicts)
    {
        if (verdicts.Spam is { } spam)
            yield return new VerdictRow("spam", spam.Action, string.Create(CultureInfo.InvariantCulture, $"score {spam.Score:0.##}"), null);
        if (verdicts.Virus is { } virus)
            yield return new VerdictRow("virus", "found", virus, null);
        else if (verdicts.VirusScanned)
            yield return new VerdictRow("virus", "none", null, null);
        foreach (var signature in verdicts.Signatures ?? [])
            yield return new VerdictRow(signature.Kind, signature.Result.Word(), signature.Signer, signature.Reason);
    }
}

internal sealed record VerdictRow(string Check, string Result, string? About, string? Why);
