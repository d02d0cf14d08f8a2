using System.Globalization;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Bounces;

/// <summary>Something that a sender may have to be told.</summary>
/// <param name="Recipients">Those that it is about, each with its own reply where they differ.</param>
/// <param name="Teller">The same whenever the queue asks again about the same attempt or refusal, and different for any other.</param>
/// <param name="Until">When we give up; for a delay.</param>
internal sealed record BounceOccasion(
    BounceReason Reason, SpooledDelivery Delivery, SpooledMessage Message, IReadOnlyList<MailRecipient> Recipients, DeliveryReply Reply,
    DestinationOptions? Destination, string Teller, DateTimeOffset? Until = null)
{
    private const string Lmtp = "lmtp";
    private const string Webhook = "webhook";

    /// <summary>The mail, where it is not in the spool yet.</summary>
    public MailContent? Content { get; init; }

    public bool IsOfWebhook => Destination?.Kind == Webhook;

    public static BounceOccasion Of(DeliveryEnd end) => new(
        ReasonOf(end), end.Delivery, end.Message, end.Recipients, end.Reply, end.Destination,
        string.Create(CultureInfo.InvariantCulture, $"{end.Delivery.Id} {end.Delivery.Version}"))
    {
        Content = end.Content,
    };

    public static BounceOccasion Of(DeliveryWait wait) => new(
        BounceReason.Delayed, wait.Delivery, wait.Message, wait.Delivery.Recipients, wait.Reply, wait.Destination,
        string.Create(CultureInfo.InvariantCulture, $"{wait.Delivery.Id} {wait.Attempt.Number}"),
        (wait.Delivery.QueuedAt ?? wait.Delivery.CreatedAt) + wait.Destination.Retry.MaximumAge);

    /// <summary>The NOTIFY that the sender gave for a recipient.</summary>
    public RecipientNotify NotifyOf(MailRecipient recipient) => Named(recipient).Notify;

    /// <summary>The recipient as the sender named it.</summary>
    public MailRecipient Named(MailRecipient recipient)
    {
        var envelope = Message.Envelope.Recipients;
        for (var index = 0; index < envelope.Count; index++)
        {
            if (envelope[index].Address == recipient.Original)
                return envelope[index];
        }
        return new MailRecipient(recipient.Original);
    }

    private static BounceReason ReasonOf(DeliveryEnd end) => end switch
    {
        // A mailbox store is the last station; behind a webhook or a server without DSN we see nothing (RFC 3464 §2.3.3).
        { State: DeliveryState.Delivered, Destination.Kind: Lmtp } => BounceReason.Delivered,
        { State: DeliveryState.Delivered } => BounceReason.Relayed,
        { Delivery.Destination.Length: 0 } => BounceReason.Refused,
        { Expired: true } => BounceReason.Expired,
        _ => BounceReason.Failed,
    };
}
