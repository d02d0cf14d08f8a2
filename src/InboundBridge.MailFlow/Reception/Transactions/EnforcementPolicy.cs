namespace InboundBridge.MailFlow.Reception.Transactions;

/// <summary>The checks of the sender's side that refuse mail by themselves, without a rule (docs/sender.md).</summary>
public sealed record EnforcementPolicy
{
    public static EnforcementPolicy None { get; } = new();

    public EnforcedCheck Iprev { get; init; }

    public EnforcedCheck Spf { get; init; }

    public EnforcedCheck Dkim { get; init; }

    public EnforcedCheck Dmarc { get; init; }

    /// <summary>A recipient can be refused for its sender before the data.</summary>
    public bool JudgesRecipients => Iprev.Refuses || Spf.Refuses;

    /// <summary>A message can be refused or held for its sender after the data.</summary>
    public bool JudgesMessages => Dkim.Refuses || Dmarc.Refuses;
}
