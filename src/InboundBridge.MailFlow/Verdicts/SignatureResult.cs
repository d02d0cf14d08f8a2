namespace InboundBridge.MailFlow.Verdicts;

/// <summary>What is known about an S/MIME or OpenPGP signature.</summary>
public enum SignatureResult
{
    /// <summary>There is no signature.</summary>
    None,

    /// <summary>The content is unchanged, and the author signed it with a key that the configuration trusts.</summary>
    Valid,

    /// <summary>The content was altered, or another key made the signature.</summary>
    Invalid,

    /// <summary>It can't be said: the key is missing, not trusted, expired, weak, or not the author's.</summary>
    Unknown,
}
