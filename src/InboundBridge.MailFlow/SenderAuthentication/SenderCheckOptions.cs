using InboundBridge.MailFlow.SenderAuthentication.Budget;
using InboundBridge.MailFlow.SenderAuthentication.Dmarc;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.MailFlow.SenderAuthentication.Iprev;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Spf;

namespace InboundBridge.MailFlow.SenderAuthentication;

/// <summary>Which checks of the sender's side are on, and what they may cost.</summary>
public sealed record SenderCheckOptions
{
    /// <summary>Null: the client's name is not looked up.</summary>
    public IprevOptions? Iprev { get; init; } = new();

    /// <summary>Null: SPF is off.</summary>
    public SpfOptions? Spf { get; init; } = new();

    /// <summary>Null: DMARC is off.</summary>
    public DmarcOptions? Dmarc { get; init; } = new();

    /// <summary>Of DKIM and ARC; each of them may be off.</summary>
    public SignatureOptions Signatures { get; init; } = SignatureOptions.Default;

    public IReadOnlyList<DnsListOptions> Lists { get; init; } = [];

    /// <summary>Of one mail; of the look-ups about a client, which all its mails share, once more.</summary>
    public MailDnsOptions Budget { get; init; } = new();

    public bool ChecksSignatures => Signatures.Dkim || Signatures.Arc;

    /// <summary>At least one check is on.</summary>
    public bool ChecksAnything => Iprev is not null || Spf is not null || Dmarc is not null || ChecksSignatures || Lists.Count > 0;
}
