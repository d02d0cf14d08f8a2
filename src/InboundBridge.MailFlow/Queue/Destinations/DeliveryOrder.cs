namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>FIFO within what: nothing, the envelope sender, or the recipient.</summary>
public enum DeliveryOrder
{
    None,
    Sender,
    Recipient,
}
