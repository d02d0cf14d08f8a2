using InboundBridge.Operations.Mails;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Api.Json;

internal sealed record SubmissionJson(string Id, string Reply, IEnumerable<RecipientReplyJson> Recipients)
{
    public static SubmissionJson Of(SubmissionOutcome.Accepted accepted) =>
        new(accepted.Id, RecipientReplyJson.TextOf(accepted.Reply), accepted.Recipients.Select(RecipientReplyJson.Of));
}

internal sealed record RecipientReplyJson(string Address, string Reply)
{
    public static RecipientReplyJson Of(RecipientReply answer) => new(answer.Recipient.ToString(), TextOf(answer.Reply));

    public static string TextOf(SmtpReply reply) =>
        reply.Enhanced is { } enhanced ? $"{reply.Code} {enhanced} {reply.Text}" : $"{reply.Code} {reply.Text}";
}
