using InboundBridge.MailFlow.SenderRewriting;
using InboundBridge.Rules.Contract;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Recipients;

/// <summary>
/// Mail to senders that our relays rewrote (SRS, docs/relay.md): bounces, mostly. Nobody else could have made a valid address, so it needs
/// no entry in <c>domains</c>, no rule and no list of recipients, and leaves by the relay whose secret made it.
/// </summary>
/// <param name="relays">The destinations with SRS, by name.</param>
public sealed class RewrittenSenders(IReadOnlyList<(string Destination, SrsOptions Srs)> relays)
{
    /// <summary>Without a relay that rewrites senders.</summary>
    public static RewrittenSenders None { get; } = new([]);

    private static readonly SmtpReply Forged = SmtpReply.Create(550, 1, 1, "No such recipient", "forged_return");

    private static readonly SmtpReply Expired = SmtpReply.Create(550, 1, 1, "This address is no longer valid", "expired_return");

    /// <summary>The address has the form of a rewritten sender in the domain of a relay.</summary>
    public bool Takes(SmtpAddress recipient)
    {
        if (relays.Count == 0 || !SrsReader.IsRewritten(recipient.LocalPart))
            return false;
        foreach (var (_, srs) in relays)
        {
            if (IsOf(srs, recipient))
                return true;
        }
        return false;
    }

    /// <summary>
    /// The postmaster of a relay's domain of rewritten senders: every domain that takes mail has one (RFC 5321 §4.5.1). The rules decide
    /// about that mail.
    /// </summary>
    public bool IsPostmaster(SmtpAddress recipient)
    {
        if (relays.Count == 0 || !recipient.LocalPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase))
            return false;
        foreach (var (_, srs) in relays)
        {
            if (IsOf(srs, recipient))
                return true;
        }
        return false;
    }

    /// <summary>The reply at RCPT where the address is forged or too old; else null.</summary>
    /// <param name="recipient">One that we take.</param>
    public SmtpReply? Refusal(SmtpAddress recipient, DateTimeOffset now) => Find(recipient, now).Refusal;

    /// <summary>Where mail for a recipient goes without asking the rules; null for every other recipient.</summary>
    public RuleDelivery? DeliveryFor(RuleRecipient recipient, DateTimeOffset now)
    {
        // Most recipients end here.
        if (relays.Count == 0 || !recipient.Local.AsSpan().TrimStart('"').StartsWith("SRS", StringComparison.OrdinalIgnoreCase))
            return null;
        var address = SmtpAddress.FromText(recipient.Address);
        return Takes(address) ? Find(address, now).Delivery : null;
    }

    private (RuleDelivery? Delivery, SmtpReply? Refusal) Find(SmtpAddress recipient, DateTimeOffset now)
    {
        var refusal = Forged;
        foreach (var (destination, srs) in relays)
        {
            if (!IsOf(srs, recipient))
                continue;
            switch (SrsReader.Read(recipient.LocalPart, srs.Secrets, now))
            {
                case SrsReading.Ours { Original: var original }:
                    var address = new SmtpAddress(original.Local, original.Domain).ToString();
                    return (new RuleDelivery(destination, address, OptionsJson: null, HoldReason: null), null);
                case SrsReading.Expired:
                    refusal = Expired;
                    break;
            }
        }
        return (null, refusal);
    }

    private static bool IsOf(SrsOptions srs, SmtpAddress recipient) =>
        srs.Domain.Equals(recipient.Domain, StringComparison.OrdinalIgnoreCase);
}
