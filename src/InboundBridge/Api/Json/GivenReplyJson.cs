using System.ComponentModel;
using InboundBridge.MailFlow.Reception.Replies;

namespace InboundBridge.Api.Json;

internal sealed record GivenReplyJson(
    [property: Description("MAIL, RCPT or DATA, which stands for the end of the data.")] string Command,
    [property: Description("The sender or the recipient; null for the whole message.")] string? Address,
    string Reply,
    [property: Description("Why it was refused, a word of the list in docs/smtp.md; null where it was accepted.")] string? Reason,
    string? Rule)
{
    public static GivenReplyJson Of(GivenReply given) => new(given.Command, given.About, given.Reply, given.Reason, given.Rule);
}
