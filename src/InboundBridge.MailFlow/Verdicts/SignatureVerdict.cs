namespace InboundBridge.MailFlow.Verdicts;

/// <summary>What is known about one S/MIME or OpenPGP signature of a mail (docs/signatures.md).</summary>
/// <param name="Kind"><c>smime</c> or <c>openpgp</c>.</param>
public sealed record SignatureVerdict(string Kind, SignatureResult Result)
{
    public const string Smime = "smime";

    public const string OpenPgp = "openpgp";

    /// <summary>The address in the signer's certificate or key; null where it is not known.</summary>
    public string? Signer { get; init; }

    /// <summary>Why it is not valid, for people; null for valid signatures.</summary>
    public string? Reason { get; init; }
}
