using System.Text.Json.Serialization;

namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>A recipient: in an envelope as RCPT named it, in a delivery as its destination gets it.</summary>
/// <param name="Address">
/// The address that the destination gets, which a rule may have rewritten. In an envelope, the canonical form of the accepted address.
/// </param>
[method: JsonConstructor]
public sealed record MailRecipient(string Address)
{
    /// <param name="original">The address in the envelope, where a rule may have rewritten it.</param>
    public MailRecipient(string address, string original)
        : this(address) => RewrittenFrom = original;

    /// <summary>The address in the envelope, where a rule rewrote it; null where both are the same.</summary>
    [JsonPropertyName("original")]
    public string? RewrittenFrom
    {
        get;
        init => field = value == Address ? null : value;
    }

    /// <summary>The address in the envelope.</summary>
    [JsonIgnore]
    public string Original => RewrittenFrom ?? Address;

    /// <summary>RFC 3461 NOTIFY. Kept in the envelope only.</summary>
    public RecipientNotify Notify { get; init; }

    /// <summary>RFC 3461 ORCPT, decoded; null when the sender gave none. Kept in the envelope only.</summary>
    public string? OriginalRecipient { get; init; }

    /// <summary>
    /// The last reply about this recipient, where recipients of the delivery got different ones; null where <see
    /// cref="SpooledDelivery.LastReply"/> is it.
    /// </summary>
    public DeliveryReply? Reply { get; init; }
}
