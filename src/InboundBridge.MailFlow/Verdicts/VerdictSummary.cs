namespace InboundBridge.MailFlow.Verdicts;

/// <summary>What the checks of the sender say, in a few words for the mail log (docs/log.md).</summary>
internal static class VerdictSummary
{
    public const string NotChecked = "not checked";

    /// <summary>Signatures and lists that a line names.</summary>
    private const int MostNamed = 5;

    /// <summary>
    /// Of a mail that is judged: <c>pass (spf=pass dkim=pass:example.com dmarc=pass)</c>. ARC and DNS lists are named only where there is a
    /// chain, a listing, or a list without an answer.
    /// </summary>
    public static string Of(MailVerdicts verdicts)
    {
        var dkim = verdicts.Dkim.Count == 0 ? "none" : Signatures(verdicts.Dkim);
        var checks = $"spf={verdicts.Spf.Result.Word()} dkim={dkim} dmarc={verdicts.Dmarc.Result.Word()}";
        if (verdicts.Arc.Result != CheckResult.None)
            checks += $" arc={verdicts.Arc.Result.Word()}";
        if (Lists(verdicts) is { } lists)
            checks += $" dnsbl={lists}";
        return $"{verdicts.Verdict.Word()} ({checks})";
    }

    /// <summary>Of a mail that is not judged: the checks that have answered, as in <c>iprev=permerror spf=fail</c>.</summary>
    public static string OfSome(MailVerdicts soFar)
    {
        var known = new List<string>();
        if (soFar.Iprev.Result != CheckResult.None)
            known.Add($"iprev={soFar.Iprev.Result.Word()}");
        if (soFar.Spf.WasAsked)
            known.Add($"spf={soFar.Spf.Result.Word()}");
        if (soFar.Dkim.Count > 0)
            known.Add($"dkim={Signatures(soFar.Dkim)}");
        if (soFar.Arc.Result != CheckResult.None)
            known.Add($"arc={soFar.Arc.Result.Word()}");
        if (Lists(soFar) is { } lists)
            known.Add($"dnsbl={lists}");
        return known.Count == 0 ? "nothing known yet" : string.Join(' ', known);
    }

    private static string Signatures(IReadOnlyList<DkimVerdict> signatures) => signatures is [var only]
        ? Signature(only) : string.Join(',', signatures.Take(MostNamed).Select(Signature));

    private static string Signature(DkimVerdict signature) => $"{signature.Result.Word()}:{signature.Domain}";

    /// <summary>The lists that name the client, and <c>temperror</c> for those without an answer; null: neither.</summary>
    private static string? Lists(MailVerdicts verdicts)
    {
        if (verdicts.Dnsbl.Count == 0)
            return verdicts.DnsblProblems.Count > 0 ? "temperror" : null;
        var named = string.Join(',', verdicts.Dnsbl.Take(MostNamed).Select(listing => listing.Zone));
        return verdicts.DnsblProblems.Count > 0 ? $"{named},temperror" : named;
    }
}
