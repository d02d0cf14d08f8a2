namespace InboundBridge.MailFlow.Delivery.MailSigning;

/// <summary>Configuration <c>dkim</c> and <c>arc</c> of a relay: a key, and the name under which its public half is published.</summary>
public sealed record SigningKeyOptions
{
    /// <summary>Tag <c>d=</c>, in lower case with A-labels.</summary>
    public string Domain { get; init; } = string.Empty;

    /// <summary>Tag <c>s=</c>. The record is at <c>SELECTOR._domainkey.DOMAIN</c>.</summary>
    public string Selector { get; init; } = string.Empty;

    /// <summary>Full path of a PEM file with an RSA or Ed25519 key.</summary>
    public string KeyFile { get; init; } = string.Empty;
}
