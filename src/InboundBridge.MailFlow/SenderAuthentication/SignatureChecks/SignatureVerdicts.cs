using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;

/// <summary>What the signatures of one mail say.</summary>
/// <param name="Dkim">One for each signature, from the top of the header down.</param>
public sealed record SignatureVerdicts(IReadOnlyList<DkimVerdict> Dkim, ArcVerdict Arc)
{
    /// <summary>A mail without signatures.</summary>
    public static SignatureVerdicts None { get; } = new([], ArcVerdict.NotAsked);
}
