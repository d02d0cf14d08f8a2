namespace InboundBridge.MailFlow.Verdicts;

/// <summary>One result for all DKIM signatures of a mail, for rules and for formats that have room for only one.</summary>
public static class DkimSummary
{
    /// <summary>
    /// A signature that passes makes the mail pass. If none does, a temporary error comes first, because that signature may pass later.
    /// </summary>
    private static readonly CheckResult[] FromBest =
        [CheckResult.Pass, CheckResult.TempError, CheckResult.Fail, CheckResult.Policy, CheckResult.Neutral, CheckResult.PermError];

    /// <summary>None without signatures.</summary>
    public static CheckResult Of(IReadOnlyList<DkimVerdict> signatures)
    {
        if (signatures.Count == 0)
            return CheckResult.None;
        foreach (var result in FromBest)
        {
            foreach (var signature in signatures)
            {
                if (signature.Result == result)
                    return result;
            }
        }
        return CheckResult.None;
    }
}
