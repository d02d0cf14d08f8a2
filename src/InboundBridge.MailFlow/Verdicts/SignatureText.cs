namespace InboundBridge.MailFlow.Verdicts;

/// <summary>The words for <see cref="SignatureResult"/> in payloads, facts and explanations.</summary>
public static class SignatureText
{
    public static string Word(this SignatureResult result) => result switch
    {
        SignatureResult.None => "none",
        SignatureResult.Valid => "valid",
        SignatureResult.Invalid => "invalid",
        SignatureResult.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, null),
    };

    /// <summary>Unknown for any other text.</summary>
    public static SignatureResult Read(string? word) => word switch
    {
        "none" => SignatureResult.None,
        "valid" => SignatureResult.Valid,
        "invalid" => SignatureResult.Invalid,
        _ => SignatureResult.Unknown,
    };

    /// <summary>
    /// All signatures of a mail in one result. An invalid one decides, then an unknown one: a valid signature beside it must not hide it.
    /// </summary>
    public static SignatureResult Summary(IReadOnlyList<SignatureVerdict> signatures)
    {
        var summary = SignatureResult.None;
        foreach (var signature in signatures)
        {
            if (signature.Result == SignatureResult.Invalid)
                return SignatureResult.Invalid;
            if (summary != SignatureResult.Unknown)
                summary = signature.Result;
        }
        return summary;
    }
}
