using InboundBridge.Mime.Addresses;
using InboundBridge.Mime.Headers;

namespace InboundBridge.Mime;

/// <summary>
/// A mail read lazily from its raw octets: the header block is indexed on first use, the structure when it is asked for, and parts are decoded on demand.
/// Never throws on what a mail holds; <see cref="Problems"/> names what was wrong. Not safe for concurrent use.
/// </summary>
public sealed class MimeMessage
{
    private MimeMessage(MimeSource source, MimeLimits limits)
    {
        Source = source;
        Limits = limits;
    }

    public MimeSource Source { get; }

    public MimeLimits Limits { get; }

    public static MimeMessage Open(MimeSource source, MimeLimits? limits = null) => new(source, limits ?? MimeLimits.Default);

    /// <summary>All fields of the top header block in order.</summary>
    public IReadOnlyList<HeaderField> Headers { get; } = [];

    /// <summary>Octets from the start to the first octet of the body (the empty line is behind the header).</summary>
    public long BodyOffset { get; }

    public string? Subject { get; }

    public DateTimeOffset? Date { get; }

    /// <summary>Without angle brackets.</summary>
    public string? MessageId { get; }

    public string? InReplyTo { get; }

    public IReadOnlyList<string> References { get; } = [];

    /// <summary>The identifier of List-Id (RFC 2919), without angle brackets and description.</summary>
    public string? ListId { get; }

    public IReadOnlyList<MailboxAddress> From { get; } = [];

    public IReadOnlyList<MailboxAddress> To { get; } = [];

    public IReadOnlyList<MailboxAddress> Cc { get; } = [];

    public IReadOnlyList<MailboxAddress> ReplyTo { get; } = [];

    /// <summary>The decoded value of the first field of that name, or null. Case does not matter.</summary>
    public string? Header(string name) => Headers.FirstOrDefault(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase))?.Value;

    /// <summary>The plain text a person sees; made from the HTML where there is no plain part; null when there is neither.</summary>
    public string? Text { get; }

    public string? Html { get; }

    /// <summary>The new part of a reply, without quotes and signature; null when there is no text.</summary>
    public string? ReplyText { get; }

    public IReadOnlyList<MimeAttachment> Attachments { get; } = [];

    /// <summary>Any of <c>bounce auto_reply list calendar encrypted signed report</c>.</summary>
    public IReadOnlyList<string> Kind { get; } = [];

    /// <summary>What was wrong with the mail as far as it has been read, in plain words, bounded.</summary>
    public IReadOnlyList<string> Problems { get; } = [];
}
