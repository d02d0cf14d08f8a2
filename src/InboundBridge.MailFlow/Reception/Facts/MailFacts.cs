using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Facts;

/// <summary>The facts of one mail under reception. What the wire has not brought yet is not known; what is known is computed when a rule first asks.</summary>
internal sealed class MailFacts(MailTransaction transaction) : MessageFacts
{
    private MimeFacts? _mail;
    private MimeMessage? _whole;
    private MailContent? _content;
    private string? _json;
    private bool _complete;
    private long _size;

    public override string Id => transaction.Id;

    /// <summary>What is known at a stage, told afterwards.</summary>
    /// <param name="content">The stored octets as far as they had come; null before the first.</param>
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

    /// <summary>From here on everything is known.</summary>
    /// <param name="content">Where the mail's octets are.</param>
    /// <param name="size">Octets of the mail as received.</param>
    public void MailArrived(MimeMessage mail, MailContent content, long size)
    {
        _mail = new MimeFacts(mail);
        (_whole, _content) = (mail, content);
        _json = null;
        _size = size;
        _complete = true;
    }

    public override FactValue Get(Fact fact) => fact switch
    {
        <= Fact.Size => OfEnvelope(fact),
        // Nothing gives verdicts yet, and a verdict that nobody gave is not known: rules that ask for one are refused when they are loaded.
        <= Fact.DkimDomain => FactValue.NotKnown,
        <= Fact.ListId => _mail is null ? FactValue.NotKnown : _mail.OfHeader(fact),
        <= Fact.Attachments => _complete ? _mail!.OfBody(fact) : FactValue.NotKnown,
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, null),
    };

    public override FactValue Header(string name) => _mail is null ? FactValue.NotKnown : _mail.Header(name);

    /// <summary>Made once a mail, however many scripts and recipients ask.</summary>
    public override async ValueTask<string?> ReadMessageJsonAsync(CancellationToken cancellationToken)
    {
        if (_json is null && _whole is not null && transaction.Policy.ScriptJson is { } compose)
            _json = compose(transaction.Describe(_whole, _content!, await _content!.ReadSha256Async(cancellationToken), transaction.BeganAt), _content);
        return _json;
    }

    private FactValue OfEnvelope(Fact fact) => fact switch
    {
        Fact.ClientIp => FactValue.Of(transaction.Peer.ClientIp?.ToString()),
        Fact.ClientName => transaction.Peer.ClientName is { } name ? FactValue.Of(name) : FactValue.NotKnown,
        Fact.Helo => FactValue.Of(transaction.Peer.Helo),
        Fact.Tls => FactValue.Of(transaction.Peer.Tls?.Version),
        Fact.ClientCertificate => FactValue.Of(transaction.Peer.Tls?.ClientCertificate),
        Fact.Listener => FactValue.Of(transaction.Peer.Listener),
        Fact.User => FactValue.Of(transaction.Peer.User),
        Fact.Sender => FactValue.Of(transaction.Sender),
        Fact.SenderDomain => FactValue.Of(transaction.Mail.ReversePath?.Domain ?? string.Empty),
        Fact.Size => SizeFact(),
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, null),
    };

    private FactValue SizeFact()
    {
        if (_complete)
            return FactValue.Of(_size);
        return transaction.Mail.Size is { } declared ? FactValue.Of(declared) : FactValue.NotKnown;
    }
}
