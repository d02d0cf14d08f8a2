using System.Globalization;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.Explaining;

/// <summary>The verdicts for people: a line for each check that was asked.</summary>
internal static class VerdictLines
{
    public static IEnumerable<string> Of(MailVerdicts verdicts)
    {
        if (verdicts.Dmarc.WasAsked || verdicts.Verdict != SenderVerdict.None)
            yield return With($"verdict: {verdicts.Verdict.Word()}", string.Join("; ", verdicts.Reasons));
        if (verdicts.Iprev.Result != CheckResult.None)
            yield return $"iprev: {verdicts.Iprev.Result.Word()} {verdicts.Iprev.Name}".TrimEnd();
        if (verdicts.Spf is { WasAsked: true } spf)
            yield return With(
                $"spf: {spf.Result.Word()} for {spf.Domain}{(spf.Scope == "helo" ? " (of EHLO)" : string.Empty)}"
                + (spf.Mechanism is { } mechanism ? $" by {mechanism}" : string.Empty),
                spf.Problem ?? spf.Explanation);
        foreach (var signature in verdicts.Dkim)
            yield return With(Signature(signature), signature.Reason);
        if (verdicts.Dmarc is { WasAsked: true } dmarc)
            yield return With($"dmarc: {dmarc.Result.Word()}{Policy(dmarc)}", dmarc.Problem);
        if (verdicts.Arc.Result != CheckResult.None)
            yield return With(
                $"arc: {verdicts.Arc.Result.Word()} {string.Join(", ", verdicts.Arc.Sealers)}".TrimEnd()
                + (verdicts.Arc.Trusted ? ", trusted" : string.Empty),
                verdicts.Arc.Reason);
        foreach (var listing in verdicts.Dnsbl)
            yield return $"{(listing.Allows ? "dnswl" : "dnsbl")}: {listing.Zone} ({listing.Code})";
        foreach (var problem in verdicts.DnsblProblems)
            yield return $"dnsbl: not known: {problem}";
        if (verdicts.Spam is { } spam)
            yield return string.Create(CultureInfo.InvariantCulture, $"spam: {spam.Score}, {spam.Action}");
        if (verdicts.Virus is { } virus)
            yield return $"virus: {virus}";
        else if (verdicts.VirusScanned)
            yield return "virus: none was found";
        foreach (var signature in verdicts.Signatures ?? [])
            yield return With($"signature: {signature.Kind} {signature.Result.Word()} {signature.Signer}".TrimEnd(), signature.Reason);
    }

    private static string Signature(DkimVerdict signature) =>
        $"dkim: {signature.Result.Word()} {signature.Domain} {signature.Selector} {signature.Algorithm}".TrimEnd();

    private static string Policy(DmarcVerdict dmarc) => dmarc.Policy is { } policy ? $", policy {policy} of {dmarc.Domain}" : string.Empty;

    private static string With(string line, string? why) => string.IsNullOrEmpty(why) ? line : $"{line} ({why})";
}
