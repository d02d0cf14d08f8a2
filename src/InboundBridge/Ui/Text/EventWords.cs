using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Ui.Text;

/// <summary>An event in one line. The page's script writes those that come later in the same words.</summary>
internal static class EventWords
{
    public static string Of(QueueEvent happened) => happened switch
    {
        { Message: { } message } => Of(message),
        { Delivery: { LastReply: { } reply } delivery } => $"{DeliveryWords.Destination(delivery)}: {reply.Text}",
        { Delivery: { } delivery } =>
            $"{DeliveryWords.Destination(delivery)}: {AddressText.First([.. delivery.Recipients.Select(each => each.Address)])}",
        _ => $"{happened.Destination} {happened.Text}".Trim(),
    };

    /// <summary>A message in the same words, where no event of it is at hand.</summary>
    public static string Of(SpooledMessage message)
    {
        var recipients = AddressText.First([.. message.Envelope.Recipients.Select(each => each.Address)]);
        return $"{AddressText.Sender(message.Envelope.Sender)} → {recipients}: {MessageWords.Subject(message)}";
    }

    /// <summary>The id of the message that it is about; null for none.</summary>
    public static string? MessageOf(QueueEvent happened) => happened.Message?.Id ?? happened.Delivery?.MessageId;
}
