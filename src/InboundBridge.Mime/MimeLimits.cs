namespace InboundBridge.Mime;

/// <summary>
/// Caps on the work that a mail may cause. Content beyond a cap is not read, and <see cref="MimeMessage.Problems"/> names the cap.
/// </summary>
public sealed record MimeLimits
{
    public static MimeLimits Default { get; } = new();

    /// <summary>Nesting of multiparts and embedded messages.</summary>
    public int Depth { get; init; } = 50;

    /// <summary>Parts of all kinds in one mail.</summary>
    public int Parts { get; init; } = 1000;

    /// <summary>Octets of one header block.</summary>
    public int HeaderBytes { get; init; } = 256 * 1024;

    /// <summary>Fields of one header block.</summary>
    public int HeaderCount { get; init; } = 5000;

    /// <summary>Addresses of one field.</summary>
    public int Addresses { get; init; } = 2000;

    /// <summary>Most characters of text or HTML; the rest is cut.</summary>
    public int TextCharacters { get; init; } = 4 * 1024 * 1024;
}
