using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>What every format needs besides the mail itself, the same for all webhook destinations.</summary>
public record CompositionServices
{
    /// <summary>Null: payloads contain no links.</summary>
    public LinkSigner? Links { get; init; }

    /// <summary>What opens signed and encrypted mail; null: payloads show it as it came.</summary>
    public SecureMailKeys? SecureMail { get; init; }

    /// <summary>Limits on how much of a mail is parsed.</summary>
    public MimeLimits Mime { get; init; } = MimeLimits.Default;

    /// <summary>Holds request bodies over half a megabyte while they are sent. Best on a disk, not on a file system in memory.</summary>
    public string TemporaryFolder { get; init; } = Path.GetTempPath();
}
