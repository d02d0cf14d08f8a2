namespace InboundBridge.MailFlow.Verdicts;

/// <summary>The words for <see cref="SenderVerdict"/> in payloads, facts and metrics.</summary>
public static class SenderVerdictText
{
    public static string Word(this SenderVerdict verdict) => verdict switch
    {
        SenderVerdict.None => "none",
        SenderVerdict.Pass => "pass",
        SenderVerdict.Fail => "fail",
        SenderVerdict.Forwarded => "forwarded",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };

    /// <summary>None for any other text.</summary>
    public static SenderVerdict Read(string? word) => word switch
    {
        "pass" => SenderVerdict.Pass,
        "fail" => SenderVerdict.Fail,
        "forwarded" => SenderVerdict.Forwarded,
        _ => SenderVerdict.None,
    };
}
