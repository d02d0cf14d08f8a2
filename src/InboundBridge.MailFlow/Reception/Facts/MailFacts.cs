using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Scripting;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception.Facts;

/// <summary>The facts of one mail under reception. What has not arrived is unknown; what has is read when a rule first asks.</summary>
/// <param name="failed">Null where failures were logged already.</param>
internal sealed class MailFacts(MailTransaction transaction, CheckFailure? failed = null) : MessageFacts
{
    private MimeFacts? _mail;
    private MailContent? _content;
    private ScriptData? _json;
    private IReadOnlySet<string>? _jsonMembers;
    private MailVerdicts? _jsonVerdicts;
    private bool _complete;
    private long _size;

    /// <summary>Facts of connection and envelope, and what the session found out about its client itself.</summary>
    public static FactReaders<MailFacts> OfSession { get; } = new()
    {
        { Fact.ClientIp, facts => FactValue.Of(facts.Transaction.Peer.ClientIp?.ToString()) },
        { Fact.Helo, facts => FactValue.Of(facts.Transaction.Peer.Helo) },
        { Fact.Tls, facts => FactValue.Of(facts.Transaction.Peer.Tls?.Version) },
        { Fact.ClientCertificate, facts => FactValue.Of(facts.Transaction.Peer.Tls?.ClientCertificate) },
        { Fact.Listener, facts => FactValue.Of(facts.Transaction.Peer.Listener) },
        { Fact.User, facts => FactValue.Of(facts.Transaction.Peer.User) },
        { Fact.Sender, facts => FactValue.Of(facts.Transaction.Sender) },
        { Fact.SenderDomain, facts => FactValue.Of(facts.Transaction.Mail.ReversePath?.Domain ?? string.Empty) },
        { Fact.Size, facts => facts.SizeFact() },
        { Fact.ClientName, facts => facts.NameFact() },
    };

    public override string Id => transaction.Id;

    /// <summary>The whole message, once it has arrived.</summary>
    public MimeMessage Mail => _mail!.Mail;

    /// <summary>Octets of the whole message as received.</summary>
    public long Octets => _size;

    public override FactSet Suppliable => transaction.Checked?.SuppliableAt(Stage) ?? FactSet.None;

    private MailTransaction Transaction => transaction;

    private RuleStage Stage => _complete ? RuleStage.Body : _mail is not null ? RuleStage.Header : RuleStage.Recipient;

    /// <summary>The facts as they were known at a stage, for a later look. Checks that have answered are not asked again.</summary>
    /// <param name="content">The stored octets as far as they had arrived; null before the first.</param>
    /// <param name="size">Octets of the whole mail as received.</param>
    public static MailFacts At(MailTransaction transaction, RuleStage stage, MailContent? content, long size)
    {
        var facts = new MailFacts(transaction);
        if (stage == RuleStage.Header && content is not null)
            facts.HeaderArrived(ParsedMail.Open(content, transaction.Policy.Mime));
        else if (stage == RuleStage.Body && content is not null)
            facts.MailArrived(ParsedMail.Open(content, transaction.Policy.Mime), content, size);
        return facts;
    }

    /// <summary>From here on the header is known; the body is not.</summary>
    public void HeaderArrived(MimeMessage header) => _mail = new MimeFacts(header);

    /// <summary>From here on everything is known that no check has to find out.</summary>
    /// <param name="content">Where the mail's octets are.</param>
    /// <param name="size">Octets of the mail as received.</param>
    public void MailArrived(MimeMessage mail, MailContent content, long size)
    {
        _mail = new MimeFacts(mail);
        _content = content;
        _json = null;
        _size = size;
        _complete = true;
    }

    public override FactValue Get(Fact fact)
    {
        if (transaction.Policy.Given is { } given && given.TryGet(fact, out var value))
            return Stage.HasReached(fact.Stage) ? value : FactValue.NotKnown;
        return Found(fact);
    }

    private FactValue Found(Fact fact) => fact.Source.Origin switch
    {
        FactOrigin.Session => OfSession.Read(fact, this),
        FactOrigin.Header => _mail is null ? FactValue.NotKnown : MimeFacts.OfHeader.Read(fact, _mail),
        FactOrigin.Content => _complete ? MimeFacts.OfContent.Read(fact, _mail!) : FactValue.NotKnown,
        FactOrigin.Check => OfCheck(fact),
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, null),
    };

    public override FactValue Header(string name) => _mail is null ? FactValue.NotKnown : _mail.Header(name);

    public override ValueTask SupplyAsync(FactSet facts, CancellationToken cancellationToken) =>
        transaction.Checked?.SupplyAsync(facts, ForChecks(), failed, cancellationToken) ?? ValueTask.CompletedTask;

    public override string? FailureOf(Fact fact) => transaction.Checked?.FailureOf(fact);

    /// <summary>Header and content tell all their facts once they are there.</summary>
    public override bool IsKnown(Fact fact) => fact.Source.Origin switch
    {
        _ when transaction.Policy.Given is not null => Get(fact).IsKnown,
        FactOrigin.Header => _mail is not null,
        FactOrigin.Content => _complete,
        _ => Get(fact).IsKnown,
    };

    /// <summary>
    /// Made for the first script with what it reads, however many recipients ask; once more with everything where another script reads
    /// something else; and again when checks have found out more.
    /// </summary>
    public override async ValueTask<ScriptData?> ReadMessageJsonAsync(
        IReadOnlySet<string>? members, CancellationToken cancellationToken)
    {
        if (_content is not { } content || transaction.Policy.ScriptJson is not { } compose)
            return _json;
        var verdicts = transaction.Verdicts;
        var isCurrent = _json is not null && _jsonVerdicts == verdicts;
        if (isCurrent && (_jsonMembers is null || members?.IsSubsetOf(_jsonMembers) == true))
            return _json;
        _jsonMembers = isCurrent ? null : ScriptMembers.Enough(members, _size);
        _jsonVerdicts = verdicts;
        var message = _jsonMembers is null
            ? transaction.Describe(_mail!.Mail, content, await content.ReadSha256Async(cancellationToken), transaction.BeganAt)
            : transaction.DescribeUnchecked(_mail!.Mail, content, string.Empty, transaction.BeganAt);
        return _json = new ScriptData(compose(message, content, _jsonMembers), isCurrent ? _json!.Version : new object());
    }

    /// <summary>
    /// A fact that a check has already answered is not supplied again. Rules of an earlier stage never see an answer that came later.
    /// </summary>
    private FactValue OfCheck(Fact fact)
    {
        if (OfSession.Has(fact) && OfSession.Read(fact, this) is { IsKnown: true } known)
            return known;
        if (!Stage.HasReached(fact.Stage))
            return FactValue.NotKnown;
        if (transaction.Checked?.Get(fact) is { IsKnown: true } supplied)
            return supplied;
        return transaction.SenderCheck is { } sender ? SenderFacts.Known(fact, sender) : FactValue.NotKnown;
    }

    private CheckedMail ForChecks() => new(this, _mail?.Mail, transaction.SenderCheck)
    {
        Scans = transaction.Scans,
        Scanned = transaction.Scans is not null && _content is { } content ? transaction.ForScanners(content) : null,
    };

    /// <summary>What a proxy told counts like a look-up of ours; otherwise a check finds the name out.</summary>
    private FactValue NameFact()
    {
        var peer = transaction.Peer;
        return peer.ClientName is { } name ? FactValue.Of(name)
            : peer.NameReport == SmtpNameReport.None ? FactValue.Absent : FactValue.NotKnown;
    }

    private FactValue SizeFact()
    {
        if (_complete)
            return FactValue.Of(_size);
        return transaction.Mail.Size is { } declared ? FactValue.Of(declared) : FactValue.NotKnown;
    }
}
