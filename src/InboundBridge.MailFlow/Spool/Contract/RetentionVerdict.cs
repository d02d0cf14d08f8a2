namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>What becomes of a stored message.</summary>
public enum RetentionVerdict
{
    Keep,

    /// <summary>Prelude and octets go; the record of the message and its deliveries stays.</summary>
    DropOctets,

    /// <summary>The message goes with its deliveries and their attempts.</summary>
    Remove,
}
