using InboundBridge.MailFlow.Queue.Events;

namespace InboundBridge.Ui.Text;

/// <summary>An event in one line. The page's script writes those that come later in the same words.</summary>
internal static class EventWords
{
    public static string Of(QueueEvent happened) => happened switch
    {
        { Message: { } message } => $"{AddressText.Sender(message.Envelope.Sender)} → "
            + $"{AddressText.First([.. message.Envelope.Recipients.Select(each => each.Address)])}: {MessageWords.Subject(message)}",
        { Delivery: { LastReply: { } reply } delivery } => $"{DeliveryWords.Destination(delivery)}: {reply.Text}",
        { Delivery: { } delivery } =>
            $"{DeliveryWords.Destination(delivery)}: {AddressText.First([.. delivery.Recipients.Select(each => each.Address)])}",
        _ => $"{happened.Destination} {happened.Text}".Trim(),
    };

    /// <summary>The id of the message that it is about; null for none.</summary>
    public static string? MessageOf(QueueEvent happened) => happened.Message?.Id ?? happened.Delivery?.MessageId;
}
