using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.Mime;
using InboundBridge.Rules.Contract;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception;

/// <summary>
/// Mail that has been going round: more hops than any honest path has (RFC 5321 §6.3), or delivered before to everybody it is for (RFC 9228), which the
/// Delivered-To of our own final delivery tells after one turn.
/// </summary>
internal static class MailLoopCheck
{
    private const int MostHops = 50;

    public static SmtpReply? Refusal(MimeMessage mail, IReadOnlyList<RuleRecipient> recipients)
    {
        // Our own field is the last of them.
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
        return delivered is not null && recipients.All(recipient => delivered.Contains(recipient.Address)) ? ReceptionReplies.DeliveredBefore : null;
    }
}
