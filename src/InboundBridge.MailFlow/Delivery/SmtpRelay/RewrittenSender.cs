using InboundBridge.MailFlow.SenderRewriting;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>The reverse-path of a forwarded mail after SRS.</summary>
internal static class RewrittenSender
{
    /// <param name="sender">An address as text; not the null reverse-path.</param>
    /// <returns>Null where the mail keeps its sender.</returns>
    public static SrsMailbox? Of(SenderRewriter rewriter, string sender)
    {
        var address = SmtpAddress.FromText(sender);
        return rewriter.Rewrite(new SrsMailbox(address.LocalPart, address.Domain));
    }
}
