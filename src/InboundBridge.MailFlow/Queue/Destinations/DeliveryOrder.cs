namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>Which deliveries keep the order of their arrival: none, those from one envelope sender, or those for one recipient.</summary>
public enum DeliveryOrder
{
    None,
    Sender,
    Recipient,
}
