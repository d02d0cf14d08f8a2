namespace InboundBridge.MailFlow.Reception.Transactions;

/// <summary>The checks of the sender's side that refuse mail by themselves, without a rule (docs/sender.md).</summary>
public sealed record EnforcementPolicy
{
    public static EnforcementPolicy None { get; } = new();

    public EnforcedCheck Iprev { get; init; }

    public EnforcedCheck Spf { get; init; }

    public EnforcedCheck Dkim { get; init; }

    public EnforcedCheck Dmarc { get; init; }

    /// <summary>
    /// The policy for a mail whose client asks for more than its share of the DNS. What such a client leaves unknown is put off: otherwise
    /// it would get forged mail through by asking much.
    /// </summary>
    public EnforcementPolicy ForCrowdedOut => this with
    {
        Iprev = Iprev.Deferring(),
        Spf = Spf.Deferring(),
        Dkim = Dkim.Deferring(),
        Dmarc = Dmarc.Deferring(),
    };

    /// <summary>A recipient can be refused for its sender before the data.</summary>
    public bool JudgesRecipients => Iprev.Refuses || Spf.Refuses;

    /// <summary>A message can be refused or held for its sender after the data.</summary>
    public bool JudgesMessages => Dkim.Refuses || Dmarc.Refuses;
}
