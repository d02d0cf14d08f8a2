using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>Why a signature does not pass.</summary>
/// <param name="Reason">A few words, for people.</param>
internal sealed record SignatureProblem(CheckResult Result, string Reason)
{
    /// <summary>The length of the key that was refused.</summary>
    public int? Bits { get; init; }

    public static SignatureProblem Permanent(string reason) => new(CheckResult.PermError, reason);
}
