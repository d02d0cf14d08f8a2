using InboundBridge.MailFlow.Domains;
using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Reception.Transactions;

/// <summary>
/// The policy of a transaction: an immutable snapshot taken at MAIL, so that a reload never changes the policy inside a transaction.
/// </summary>
public sealed record ReceptionPolicy
{
    /// <summary>Our name in Received fields.</summary>
    public required string Hostname { get; init; }

    public required LocalDomains Domains { get; init; }

    /// <summary>Mail that comes back to senders that our relays rewrote.</summary>
    public RewrittenSenders Returned { get; init; } = RewrittenSenders.None;

    /// <summary>Which recipients exist; null when the rules decide for every address of our domains.</summary>
    public RecipientDirectory? Recipients { get; init; }

    /// <summary>The sender addresses that each user may use (submission). Users without an entry may not send.</summary>
    public IReadOnlyDictionary<string, AddressPatterns> SendAs { get; init; } =
        new Dictionary<string, AddressPatterns>(StringComparer.Ordinal);

    /// <summary>The domains whose mail each user may ask for (ETRN).</summary>
    public IReadOnlyDictionary<string, LocalDomains> Collect { get; init; } = new Dictionary<string, LocalDomains>(StringComparer.Ordinal);

    /// <summary>VRFY and EXPN tell our users and trusted clients which recipients exist.</summary>
    public bool TellsRecipients { get; init; }

    /// <summary>
    /// The members of group addresses; case is ignored. A group address exists, and the rules decide where its mail goes.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Groups { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Our names in Authentication-Results, in lower case. The first one is what we write; fields with any of them in received mail are
    /// forged.
    /// </summary>
    public IReadOnlyList<string> AuthservIds { get; init; } = [];

    /// <summary>Limits on what rules may make us read of a message.</summary>
    public MimeLimits Mime { get; init; } = MimeLimits.Default;

    /// <summary>
    /// Makes the JSON that scripts see (docs/rules.md), in UTF-8, with at least the members that are named; null of these names for all.
    /// Null when scripts see only the facts.
    /// </summary>
    public Func<SpooledMessage, MailContent, IReadOnlySet<string>?, ReadOnlyMemory<byte>>? ScriptJson { get; init; }

    /// <summary>The checks of the sender's side; null when all of them are off.</summary>
    public SenderChecks? Senders { get; init; }

    /// <summary>The checks that refuse mail without a rule.</summary>
    public EnforcementPolicy Enforcement { get; init; } = EnforcementPolicy.None;

    /// <summary>Null without scanners.</summary>
    public MailScanners? Scanners { get; init; }

    /// <summary>Which scanners' answers the destination of a delivery is shown.</summary>
    public Func<SpooledDelivery, ScanKinds> ScansShown { get; init; } = _ => ScanKinds.None;

    /// <summary>Null: strangers don't have to wait.</summary>
    public GreylistTerms? Greylist { get; init; }

    /// <summary>Checks and scanners that rules may ask about a mail.</summary>
    public MailChecks Checks { get; init; } = MailChecks.None;

    /// <summary>Only where a mail is tried out: what is given in place of session, mail and checks.</summary>
    public GivenMail? Given { get; init; }

    public required RoutingPolicy Routing { get; init; }
}
