using InboundBridge.Mime;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception;

/// <summary>Mail that has been going round: more hops than any honest path has (RFC 5321 §6.3).</summary>
internal static class MailLoopCheck
{
    private const int MostHops = 50;

    public static SmtpReply? Refusal(MimeMessage mail)
    {
        var hops = 0;
        foreach (var field in mail.Headers)
        {
            if (field.Name.Equals("Received", StringComparison.OrdinalIgnoreCase))
                hops++;
        }
        // Our own field is the last of them.
        return hops > MostHops + 1 ? ReceptionReplies.Loop : null;
    }
}
