using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Delivery.Webhook;

/// <summary>
/// <c>mode: sync</c>: one attempt while the sender waits for its reply to DATA, and what to tell the sender. The host connects it to reception. Whatever
/// happens, the sender gets an answer within the webhook's time-out.
/// </summary>
public sealed class SyncWebhook(WebhookTarget target)
{
    /// <summary>RFC 5321 §4.5.3.1.5: a reply line has 512 octets at most, code and line end included.</summary>
    private const int TextLimit = 400;

    public async ValueTask<SyncAnswer> AskAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        var (answer, meaning, problem) = await target.AttemptAsync(attempt, cancellationToken);
        return answer is null ? new SyncAnswer(SyncVerdict.Queue, string.Empty, problem) : Judge(answer, meaning);
    }

    /// <summary>CONTRACT section 4; the destination's <c>responses</c> come first.</summary>
    private static SyncAnswer Judge(WebhookAnswer answer, WebhookStatusMeaning? configured) => configured switch
    {
        WebhookStatusMeaning.Delivered => Say(SyncVerdict.Delivered, answer),
        WebhookStatusMeaning.Discard => Say(SyncVerdict.Discarded, answer),
        WebhookStatusMeaning.Reject or WebhookStatusMeaning.Fail => Say(SyncVerdict.Reject, answer),
        WebhookStatusMeaning.Retry => Say(SyncVerdict.Defer, answer),
        WebhookStatusMeaning.Pause => Say(SyncVerdict.Queue, answer),
        _ => Say(
            answer.Status switch
            {
                >= 200 and < 300 => SyncVerdict.Delivered,
                408 or 425 or 429 => SyncVerdict.Defer,
                >= 400 and < 500 => SyncVerdict.Reject,
                >= 500 => SyncVerdict.Defer,
                // A redirect says nothing about the mail.
                _ => SyncVerdict.Queue,
            },
            answer),
    };

    private static SyncAnswer Say(SyncVerdict verdict, WebhookAnswer answer) =>
        new(verdict, verdict == SyncVerdict.Reject && answer.IsPlainText ? ReplyText(answer.FirstLine) : string.Empty, answer.Text);

    /// <summary>What a receiver says reaches the sender: printable ASCII of one reply line.</summary>
    private static string ReplyText(string line)
    {
        var cut = line.Length > TextLimit ? line[..TextLimit] : line;
        return string.Create(cut.Length, cut, static (text, source) =>
        {
            for (var index = 0; index < text.Length; index++)
                text[index] = source[index] is >= ' ' and <= '~' ? source[index] : '?';
        });
    }
}
