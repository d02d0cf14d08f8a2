namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>The tags of one signature, read from the field at <see cref="Field"/> of the header.</summary>
internal sealed record SignatureTags
{
    public required int Field { get; init; }

    /// <summary>Why the signature can't pass, whatever its key says; null when it may.</summary>
    public SignatureProblem? Problem { get; set; }

    /// <summary>Tag <c>d=</c>, canonical; empty when it can't be read.</summary>
    public string Domain { get; set; } = string.Empty;

    /// <summary>Tag <c>s=</c> in A-labels.</summary>
    public string? Selector { get; set; }

    /// <summary>Tag <c>i=</c> of DKIM, or its default.</summary>
    public string? Identity { get; set; }

    /// <summary>Tag <c>i=</c> names a domain below <c>d=</c>.</summary>
    public bool IsIdentityBelow { get; set; }

    /// <summary>Tag <c>a=</c> as it stands there.</summary>
    public string? AlgorithmName { get; set; }

    public SignatureAlgorithm Algorithm { get; set; }

    public Canonicalization Header { get; set; }

    public Canonicalization Body { get; set; }

    /// <summary>Tag <c>l=</c>.</summary>
    public long? Limit { get; set; }

    /// <summary>Tag <c>b=</c>.</summary>
    public byte[] Signature { get; set; } = [];

    /// <summary>Tag <c>bh=</c>.</summary>
    public byte[] BodyHash { get; set; } = [];

    /// <summary>Where in the field the value of <c>b=</c> stands, with the blanks around it.</summary>
    public Range SignatureRange { get; set; }

    /// <summary>Where in the field the value of <c>h=</c> stands.</summary>
    public Range Names { get; set; }

    /// <summary>The first characters of tag <c>b=</c>.</summary>
    public string? Prefix { get; set; }

    /// <summary>Tag <c>i=</c> of an ARC field; 0 when it is missing or no number from 1 to 50.</summary>
    public int Instance { get; set; }

    /// <summary>Tag <c>cv=</c> of a seal.</summary>
    public string? ChainValidation { get; set; }
}
