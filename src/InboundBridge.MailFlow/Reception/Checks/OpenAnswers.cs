using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.Reception.Checks;

/// <summary>
/// What a client leaves open that asks for more than its share of the DNS. Rules must not decide on it: who floods us with questions
/// would be rid of a rule about forged mail, since <c>dmarc</c> would be temperror instead of fail.
/// </summary>
internal static class OpenAnswers
{
    public const string Problem = "the client asks for more than its share of the DNS";

    /// <param name="check">Its key: <c>authentication.spf</c>.</param>
    /// <param name="verdicts">With the check's answer.</param>
    public static bool Has(string? check, MailVerdicts verdicts, SenderCheck sender) => sender.IsCrowdedOut && check switch
    {
        "authentication.spf" => IsOpen(verdicts.Spf.Result),
        "authentication.dkim" => IsOpen(verdicts.Dkim),
        "authentication.arc" => IsOpen(verdicts.Arc.Result),
        "authentication.dmarc" => IsOpen(verdicts.Dmarc.Result) || (verdicts.Verdict == SenderVerdict.None
            && (IsOpen(verdicts.Spf.Result) || IsOpen(verdicts.Dkim) || IsOpen(verdicts.Arc.Result))),
        "authentication.dnsbl" => sender.Known.Lists is { Problems.Count: > 0 },
        _ => false,
    };

    private static bool IsOpen(CheckResult result) => result == CheckResult.TempError;

    private static bool IsOpen(IReadOnlyList<DkimVerdict> signatures) =>
        signatures.Any(signature => IsOpen(signature.Result))
        && !signatures.Any(signature => signature.Result == CheckResult.Pass);
}
