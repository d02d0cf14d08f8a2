namespace InboundBridge.Mime;

/// <summary>A leaf that is not a body text: a file for a person to open, or an inline picture.</summary>
public abstract class MimeAttachment
{
    /// <summary>1-based, in order of appearance.</summary>
    public abstract int Index { get; }

    /// <summary>Made safe for a file system (no path, no control characters); null when the mail names none.</summary>
    public abstract string? FileName { get; }

    /// <summary>Lower case <c>type/subtype</c>.</summary>
    public abstract string ContentType { get; }

    /// <summary><c>attachment</c> or <c>inline</c>.</summary>
    public abstract string Disposition { get; }

    /// <summary>Without angle brackets; null when absent.</summary>
    public abstract string? ContentId { get; }

    /// <summary>Decoded octets; counted by decoding once, on first use.</summary>
    public abstract long Size { get; }

    /// <summary>Of the decoded octets, lower case hex.</summary>
    public abstract string Sha256 { get; }

    /// <summary>The decoded octets as a forward-only stream; at most one buffer of them is in memory.</summary>
    public abstract Stream OpenContent();
}
