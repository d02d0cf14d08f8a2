using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook.Forms;

/// <summary>A body of named fields, in either of the two encodings that web forms have.</summary>
internal interface IFormBody
{
    void Field(string name, string value);

    /// <summary>Octets as they are, whatever their charset.</summary>
    void Field(string name, MailContent octets);
}
