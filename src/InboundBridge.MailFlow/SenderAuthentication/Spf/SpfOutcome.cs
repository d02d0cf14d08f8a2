using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>What check_host() says about one domain (RFC 7208 §4).</summary>
/// <param name="Mechanism">What matched, as published, or <c>default</c>; null for none and errors.</param>
/// <param name="Domain">The domain of the record that decided, after all redirects.</param>
/// <param name="Explanation">The target of that record's exp.</param>
/// <param name="Problem">Why an error; for people.</param>
internal readonly record struct SpfOutcome(
    CheckResult Result, string? Mechanism = null, string? Domain = null, SpfMacroText? Explanation = null, string? Problem = null)
{
    public static SpfOutcome None { get; } = new(CheckResult.None);

    public static SpfOutcome Temporary(string problem) => new(CheckResult.TempError, Problem: problem);

    public static SpfOutcome Permanent(string problem) => new(CheckResult.PermError, Problem: problem);
}
