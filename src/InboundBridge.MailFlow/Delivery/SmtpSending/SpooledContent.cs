using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Client;

namespace InboundBridge.MailFlow.Delivery.SmtpSending;

/// <summary>Lets the SMTP client read a spooled mail.</summary>
internal sealed class SpooledContent(MailContent content) : SmtpContent
{
    public override long Length { get; } = content.Length;

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        content.ReadAsync(offset, destination, cancellationToken);

    public override bool TryGetMemory(out ReadOnlyMemory<byte> memory) => content.TryGetMemory(out memory);
}
