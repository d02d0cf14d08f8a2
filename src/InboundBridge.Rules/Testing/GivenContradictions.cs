using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>
/// Reports facts of a rule test that no mail has together (docs/sender.md says which verdict follows from what). What a test does not give
/// contradicts nothing: most tests give only what their rules ask for.
/// </summary>
internal static class GivenContradictions
{
    public static void Report(
        YamlMapping given, IReadOnlyDictionary<Fact, FactValue> facts, RuleSetEnvironment environment, SourceProblems problems)
    {
        var (dmarc, verdict, arc) = (facts.TextOf(Fact.Dmarc), facts.TextOf(Fact.Verdict), facts.TextOf(Fact.Arc));
        var nothingPasses = IsOtherThan(facts.TextOf(Fact.Spf), "pass") && IsOtherThan(facts.TextOf(Fact.Dkim), "pass");
        if (nothingPasses && dmarc == "pass")
            Say(Fact.Dmarc, "dmarc passes only where spf or dkim does");
        else if (nothingPasses && verdict == "pass")
            Say(Fact.Verdict, "the verdict is 'pass' only where spf or dkim passes");
        switch (verdict)
        {
            case "pass" when dmarc == "fail":
                Say(Fact.Verdict, "where dmarc fails, the verdict is 'fail', or 'forwarded'");
                break;
            case "fail" when IsOtherThan(dmarc, "fail"):
                Say(Fact.Verdict, "the verdict is 'fail' only where dmarc fails");
                break;
            case "forwarded" when dmarc is "pass" or "temperror":
                Say(Fact.Verdict, dmarc == "pass" ? "where dmarc passes, the verdict is 'pass'" : "where dmarc is 'temperror', the verdict is 'none'");
                break;
            case "forwarded" when IsOtherThan(arc, "pass"):
                Say(Fact.Verdict, "the verdict is 'forwarded' only where arc passes");
                break;
            case "none" when dmarc == "pass" || (dmarc == "fail" && IsOtherThan(arc, "temperror")):
                Say(Fact.Verdict, $"where dmarc is '{dmarc}', the verdict is not 'none'");
                break;
        }
        // With SPF or DKIM off, DMARC has no result for a mail that the missing check could have proved, whatever the domain's policy.
        var canProveAll = !environment.Unsupplied.ContainsKey(Fact.Spf) && !environment.Unsupplied.ContainsKey(Fact.Dkim);
        if (dmarc == "none" && canProveAll && facts.TextOf(Fact.DmarcPolicy) is not null)
            Say(Fact.DmarcPolicy, "without a record (dmarc: none) there is no policy");
        if (dmarc is "pass" or "fail" && given["dmarc_policy"] is YamlScalar { IsNull: true })
            Say(Fact.DmarcPolicy, $"where dmarc is '{dmarc}', the domain has a policy");
        if (facts.TextOf(Fact.SpfExplanation) is not null && IsOtherThan(facts.TextOf(Fact.Spf), "fail"))
            Say(Fact.SpfExplanation, "a domain explains only an spf fail");

        void Say(Fact fact, string text) =>
            problems.Error((given[fact.Key] ?? given).Position, $"no mail has these facts together: {text}", "leave out one of them");
    }

    private static bool IsOtherThan(string? given, string word) => given is not null && given != word;
}
