using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Reception.Transactions;

/// <summary>What a transaction is judged by: an immutable snapshot taken at MAIL, so that a reload never changes a mail half-way.</summary>
public sealed record ReceptionPolicy
{
    /// <summary>Our name in trace headers.</summary>
    public required string Hostname { get; init; }

    public required LocalDomains Domains { get; init; }

    /// <summary>Who exists; null: every address of the domains is offered to the rules.</summary>
    public RecipientDirectory? Recipients { get; init; }

    /// <summary>What each user may send as (submission); nobody else may send at all.</summary>
    public IReadOnlyDictionary<string, AddressPatterns> SendAs { get; init; } = new Dictionary<string, AddressPatterns>(StringComparer.Ordinal);

    /// <summary>The domains whose queues each user may start (ETRN).</summary>
    public IReadOnlyDictionary<string, LocalDomains> Collect { get; init; } = new Dictionary<string, LocalDomains>(StringComparer.Ordinal);

    /// <summary>VRFY and EXPN tell our users and trusted peers the truth.</summary>
    public bool TellsRecipients { get; init; }

    /// <summary>Addresses that stand for several, with those; any case. They exist; where their mail goes is for the rules to say.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Groups { get; init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names that we sign Authentication-Results with; lower case. Nobody else may.</summary>
    public IReadOnlyList<string> AuthservIds { get; init; } = [];

    /// <summary>Caps on what rules may make us read of a mail.</summary>
    public MimeLimits Mime { get; init; } = MimeLimits.Default;

    /// <summary>The mail as scripts see it, the whole of CONTRACT section 4; null: they see what the facts hold.</summary>
    public Func<SpooledMessage, MailContent, string>? ScriptJson { get; init; }

    /// <summary>Checks and scanners that rules may ask about a mail.</summary>
    public MailChecks Checks { get; init; } = MailChecks.None;

    public required RoutingPolicy Routing { get; init; }
}
