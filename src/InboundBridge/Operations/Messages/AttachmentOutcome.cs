using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;

namespace InboundBridge.Operations.Messages;

/// <summary>The outcome of opening an attachment.</summary>
internal abstract record AttachmentOutcome
{
    private AttachmentOutcome()
    {
    }

    /// <param name="Mail">The mail that the attachment is read from; the caller disposes it when it has read the attachment.</param>
    internal sealed record Found(MailContent Mail, MimeAttachment Attachment) : AttachmentOutcome;

    /// <summary>The message is unknown, or its octets are gone.</summary>
    internal sealed record NoMail : AttachmentOutcome;

    internal sealed record NoAttachment : AttachmentOutcome;
}
