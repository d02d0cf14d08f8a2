namespace InboundBridge.MailFlow.Verdicts;

/// <summary>The words of RFC 8601 §2.7 for results; payloads, facts, metrics and Authentication-Results use the same ones.</summary>
public static class CheckResultText
{
    public static string Word(this CheckResult result) => result switch
    {
        CheckResult.None => "none",
        CheckResult.Pass => "pass",
        CheckResult.Fail => "fail",
        CheckResult.SoftFail => "softfail",
        CheckResult.Neutral => "neutral",
        CheckResult.Policy => "policy",
        CheckResult.TempError => "temperror",
        CheckResult.PermError => "permerror",
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, null),
    };

    /// <summary>The result that a word stands for; null for any other text.</summary>
    public static CheckResult? Read(string word) => word switch
    {
        "none" => CheckResult.None,
        "pass" => CheckResult.Pass,
        "fail" => CheckResult.Fail,
        "softfail" => CheckResult.SoftFail,
        "neutral" => CheckResult.Neutral,
        "policy" => CheckResult.Policy,
        "temperror" => CheckResult.TempError,
        "permerror" => CheckResult.PermError,
        _ => null,
    };
}
