using System.Globalization;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Judgement;

/// <summary>The one word about who wrote a mail, from what the checks say (docs/sender.md).</summary>
public static class SenderJudgement
{
    /// <summary>DKIM signatures that are given as reasons. All of them stand in the verdicts.</summary>
    private const int MostSignatures = 5;

    /// <returns>The verdicts with <see cref="MailVerdicts.Verdict"/> and <see cref="MailVerdicts.Reasons"/>.</returns>
    public static MailVerdicts Of(MailVerdicts checks)
    {
        var (verdict, reasons) = Judge(checks);
        return checks with { Verdict = verdict, Reasons = reasons };
    }

    private static (SenderVerdict Verdict, IReadOnlyList<string> Reasons) Judge(MailVerdicts checks)
    {
        var dmarc = checks.Dmarc;
        if (Passes(dmarc))
            return (SenderVerdict.Pass, Passing(checks));
        if (!dmarc.WasAsked)
            return (SenderVerdict.None, []);
        var unknown = Unknown(checks);
        if (unknown.Count > 0)
            return (SenderVerdict.None, unknown);
        var reasons = NotPassing(checks);
        if (checks.Arc is { Result: CheckResult.Pass, Trusted: true, PassedBefore: true })
            return (SenderVerdict.Forwarded, ["arc=pass of a trusted sealer, where the mail passed before", .. reasons]);
        return (dmarc.Result == CheckResult.Fail ? SenderVerdict.Fail : SenderVerdict.None, reasons);
    }

    /// <summary>
    /// An aligned pass counts without a record too. It also counts if the record could not be looked up, because any record would be
    /// satisfied: only the author's own domain is known to be aligned then.
    /// </summary>
    private static bool Passes(DmarcVerdict dmarc) =>
        dmarc.Result == CheckResult.Pass || (dmarc.Alignment.Count > 0 && dmarc.Result != CheckResult.Fail);

    private static List<string> Passing(MailVerdicts checks)
    {
        var reasons = new List<string>();
        foreach (var method in checks.Dmarc.Alignment)
            reasons.Add($"{method}=pass aligned with {checks.Dmarc.AuthorDomain}");
        if (checks.Dmarc.Result == CheckResult.Pass && reasons.Count == 0)
            reasons.Add($"dmarc=pass for {checks.Dmarc.AuthorDomain}");
        if (checks.Dmarc.Result != CheckResult.Pass)
            reasons.Add(WithoutPolicy(checks.Dmarc));
        return reasons;
    }

    /// <summary>Temporary errors that could have changed the verdict; empty: none.</summary>
    private static List<string> Unknown(MailVerdicts checks)
    {
        var (dmarc, arc) = (checks.Dmarc, checks.Arc);
        var reasons = new List<string>();
        if (dmarc.Result == CheckResult.TempError)
            reasons.Add(With("dmarc=temperror", dmarc.Problem));
        else
            reasons.AddRange(dmarc.Undecided.Select(method => $"{method}=temperror, which could be aligned with {dmarc.AuthorDomain}"));
        if (arc is { Result: CheckResult.TempError, PassedBefore: true })
            reasons.Add(With("arc=temperror", arc.Reason));
        return reasons;
    }

    private static List<string> NotPassing(MailVerdicts checks)
    {
        var (dmarc, spf) = (checks.Dmarc, checks.Spf);
        var reasons = new List<string>
        {
            dmarc.Result == CheckResult.Fail ? $"dmarc=fail, policy {dmarc.Policy} of {dmarc.Domain}" : WithoutPolicy(dmarc),
        };
        if (spf.Domain.Length > 0)
            reasons.Add($"spf={spf.Result.Word()} for {spf.Domain}{NotAligned(spf.Result)}");
        foreach (var signature in checks.Dkim.Take(MostSignatures))
        {
            var of = signature.Domain.Length > 0 ? $" of {signature.Domain}" : string.Empty;
            var claim = signature is { Result: CheckResult.Pass, IsPartial: true }
                ? ", which proves no author" : NotAligned(signature.Result);
            reasons.Add(With($"dkim={signature.Result.Word()}{of}{claim}", signature.Reason));
        }
        if (checks.Dkim.Count > MostSignatures)
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{checks.Dkim.Count - MostSignatures} more signatures"));
        return reasons;
    }

    private static string WithoutPolicy(DmarcVerdict dmarc) =>
        dmarc.Problem ?? $"no DMARC record for {dmarc.AuthorDomain}";

    private static string NotAligned(CheckResult result) => result == CheckResult.Pass ? ", not aligned" : string.Empty;

    private static string With(string text, string? reason) => reason is null ? text : $"{text} ({reason})";
}
