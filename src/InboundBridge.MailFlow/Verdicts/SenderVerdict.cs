namespace InboundBridge.MailFlow.Verdicts;

/// <summary>The one word about who wrote a mail (docs/sender.md).</summary>
public enum SenderVerdict
{
    None,
    Pass,
    Fail,

    /// <summary>DMARC does not pass, but a trusted forwarder says that the mail passed when it came there.</summary>
    Forwarded,
}
