using System.Security.Cryptography;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.Mime;
using InboundBridge.Rules;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception;

/// <summary>The facts of one mail under reception. What the wire has not brought yet is not known; what is known is computed when a rule first asks.</summary>
internal sealed class MailFacts(MailTransaction transaction) : MessageFacts
{
    private MimeFacts? _mail;
    private MimeMessage? _whole;
    private string? _json;
    private bool _complete;
    private long _size;

    public override string Id => transaction.Id;

    /// <summary>What is known at a stage, told afterwards.</summary>
    /// <param name="content">The stored octets as far as they had come; null before the first.</param>
    /// <param name="size">Octets of the whole mail as received.</param>
    public static MailFacts At(MailTransaction transaction, RuleStage stage, MimeSource? content, long size)
    {
        var facts = new MailFacts(transaction);
        if (stage == RuleStage.Header && content is not null)
            facts.HeaderArrived(MimeMessage.Open(content, transaction.Policy.Mime));
        else if (stage == RuleStage.Body && content is not null)
            facts.MailArrived(MimeMessage.Open(content, transaction.Policy.Mime), size);
        return facts;
    }

    /// <summary>From here on the header is known; the body is not.</summary>
    public void HeaderArrived(MimeMessage header) => _mail = new MimeFacts(header);

    /// <summary>From here on everything is known.</summary>
    /// <param name="size">Octets of the mail as received.</param>
    public void MailArrived(MimeMessage mail, long size)
    {
        _mail = new MimeFacts(mail);
        _whole = mail;
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
    public override ValueTask<string?> ReadMessageJsonAsync(CancellationToken cancellationToken)
    {
        if (_json is null && _whole is not null && transaction.Policy.ScriptJson is { } compose)
            _json = compose(transaction.Describe(_whole, Sha256Of(_whole.Source), transaction.BeganAt), _whole.Source);
        return ValueTask.FromResult(_json);
    }

    private static string Sha256Of(MimeSource content)
    {
        if (content.TryGetMemory(out var memory))
            return Convert.ToHexStringLower(SHA256.HashData(memory.Span));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[64 * 1024];
        for (long at = 0; content.Read(at, piece) is > 0 and var count; at += count)
            hash.AppendData(piece, 0, count);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
