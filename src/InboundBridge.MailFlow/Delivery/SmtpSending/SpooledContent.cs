using InboundBridge.Mime;
using InboundBridge.Smtp.Client;

namespace InboundBridge.MailFlow.Delivery.SmtpSending;

/// <summary>A mail of ours as the SMTP client reads it.</summary>
internal sealed class SpooledContent(MimeSource source) : SmtpContent
{
    public override long Length { get; } = source.Length;

    public override int Read(long offset, Span<byte> destination) => source.Read(offset, destination);
}
