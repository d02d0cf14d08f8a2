using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <summary>
/// Mail with several author domains: each is checked, and the strictest policy among the checks that fail applies (RFC 9989 §11.5).
/// </summary>
internal static class SeveralAuthors
{
    private static readonly CheckResult[] FromBest =
        [CheckResult.Pass, CheckResult.None, CheckResult.PermError, CheckResult.TempError, CheckResult.Fail];

    private static readonly string?[] FromMildest = [null, "none", "quarantine", "reject"];

    public static DmarcVerdict Combine(DmarcVerdict one, DmarcVerdict other)
    {
        var worse = Rank(other).CompareTo(Rank(one)) > 0 ? other : one;
        return worse with
        {
            Alignment = [.. one.Alignment.Intersect(other.Alignment, StringComparer.Ordinal)],
            // A domain that fails for certain is not saved by what another domain leaves open.
            Undecided = worse.Result == CheckResult.Fail
                ? worse.Undecided : [.. one.Undecided.Union(other.Undecided, StringComparer.Ordinal)],
        };
    }

    /// <summary>Not every address could be checked, so the mail can't pass (RFC 9989 §11.5: the evaluation is incomplete).</summary>
    public static DmarcVerdict Unfinished(DmarcVerdict verdict, string problem) =>
        verdict.Result is CheckResult.Fail or CheckResult.TempError
            ? verdict with { Alignment = [], IsAuthorUnknown = true }
            : verdict with { Result = CheckResult.PermError, Problem = problem, Alignment = [], IsAuthorUnknown = true };

    private static (int Result, int Policy) Rank(DmarcVerdict verdict) =>
        (Array.IndexOf(FromBest, verdict.Result), Array.IndexOf(FromMildest, verdict.Policy));
}
