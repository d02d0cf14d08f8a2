using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Ui.Text;

/// <summary>An event in one line. The page's script writes those that come later in the same words.</summary>
internal static class EventWords
{
    public static string Of(QueueEvent happened) => happened switch
    {
        { Message: { } message } => Of(message),
        { Delivery: { } delivery } => Of(delivery, delivery.LastReply?.Text),
        _ => ShownText.Line($"{happened.Destination} {happened.Text}".Trim()),
    };

    /// <summary>A message in the same words, where no event of it is at hand.</summary>
    public static string Of(SpooledMessage message)
    {
        var recipients = AddressText.First([.. message.Envelope.Recipients.Select(each => each.Address)]);
        return $"{AddressText.Sender(message.Envelope.Sender)} → {recipients}: {MessageWords.Subject(message)}";
    }

    /// <summary>As in <c>helpdesk → ann@example.com: 200 OK</c>.</summary>
    /// <param name="reply">Null where nothing answered yet.</param>
    public static string Of(SpooledDelivery delivery, string? reply)
    {
        var recipients = AddressText.First([.. delivery.Recipients.Select(each => each.Address)]);
        return $"{DeliveryWords.Destination(delivery)} → {recipients}{(reply is null ? string.Empty : $": {ShownText.Line(reply)}")}";
    }

    /// <summary>The id of the message that it is about; null for none.</summary>
    public static string? MessageOf(QueueEvent happened) => happened.Message?.Id ?? happened.Delivery?.MessageId;

    /// <summary>The destination that it is about; null for none.</summary>
    public static string? DestinationOf(QueueEvent happened) => happened.Delivery?.Destination ?? happened.Destination;

    /// <summary>The recipients that it is about: its line names the first alone.</summary>
    public static IEnumerable<MailRecipient> RecipientsOf(QueueEvent happened) =>
        happened.Message?.Envelope.Recipients ?? happened.Delivery?.Recipients ?? [];
}
