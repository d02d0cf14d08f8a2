using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.Mime;
using InboundBridge.Rules.Contract;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception;

/// <summary>
/// Detects mail loops: more hops than a real path has (RFC 5321 §6.3), or a message that was delivered to all its recipients before (RFC
/// 9228). Our final delivery adds Delivered-To, so a loop through us is detected when the message comes back for the first time.
/// </summary>
internal static class MailLoopCheck
{
    private const int MostHops = 50;

    public static SmtpReply? Refusal(MimeMessage mail, IReadOnlyList<RuleRecipient> recipients)
    {
        // One of the fields is our own.
        if (mail.CountOf("Received") > MostHops + 1)
            return ReceptionReplies.Loop;
        if (mail.CountOf("Delivered-To") == 0)
            return null;
        HashSet<string>? delivered = null;
        foreach (var field in mail.HeadersOf("Delivered-To"))
        {
            if (SmtpAddressParser.TryParse(field.Value, out var address))
                (delivered ??= new HashSet<string>(StringComparer.OrdinalIgnoreCase)).Add(address!.ToString());
        }
        return delivered is not null && recipients.All(recipient => delivered.Contains(recipient.Address))
            ? ReceptionReplies.DeliveredBefore
            : null;
    }
}
