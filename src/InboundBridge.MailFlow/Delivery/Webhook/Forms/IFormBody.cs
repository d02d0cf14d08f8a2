using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook.Forms;

/// <summary>A body of named fields in one of the two encodings of web forms.</summary>
internal interface IFormBody
{
    void Field(string name, string value);

    /// <summary>Octets unchanged, whatever their charset is.</summary>
    void Field(string name, MailContent octets);
}
