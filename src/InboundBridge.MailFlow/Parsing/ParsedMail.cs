using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Parsing;

/// <summary>The one place where octets that the spool, the queue and deliveries hold are given to the parser.</summary>
public static class ParsedMail
{
    /// <param name="content">Local; it must live as long as the result is used.</param>
    /// <exception cref="InvalidOperationException">The content is not local: use <see cref="OpenAsync"/>.</exception>
    public static MimeMessage Open(MailContent content, MimeLimits? limits = null) =>
        content.IsLocal
            ? MimeMessage.Open(new ContentSource(content), limits)
            : throw new InvalidOperationException("the parser reads local content only");

    /// <param name="content">It must live as long as the result is used.</param>
    public static async ValueTask<MimeMessage> OpenAsync(MailContent content, MimeLimits? limits, CancellationToken cancellationToken) =>
        Open(await content.ToLocalAsync(cancellationToken), limits);

    private sealed class ContentSource(MailContent content) : MimeSource
    {
        public override long Length => content.Length;

        public override int Read(long offset, Span<byte> destination) => content.Read(offset, destination);

        public override bool TryGetMemory(out ReadOnlyMemory<byte> memory) => content.TryGetMemory(out memory);
    }
}
