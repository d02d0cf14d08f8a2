using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Facts;

/// <summary>The facts of a mail that lies in the spool, as far as they were kept: what the mail says, its envelope and its connection. Verdicts are not known.</summary>
public sealed class SpooledMailFacts(SpooledMessage message, MimeMessage mail) : MessageFacts
{
    /// <summary>Octets in which the trace field of a mail without a prelude is looked for; it has a few hundred.</summary>
    private const int LongestTrace = 4096;

    private readonly MimeFacts _mail = new(mail);

    public override string Id => message.Id;

    public override FactValue Get(Fact fact) => fact switch
    {
        <= Fact.Size => OfEnvelope(fact, message.Envelope),
        <= Fact.DkimDomain => FactValue.NotKnown,
        <= Fact.ListId => _mail.OfHeader(fact),
        <= Fact.Attachments => _mail.OfBody(fact),
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, null),
    };

    public override FactValue Header(string name) => _mail.Header(name);

    private FactValue OfEnvelope(Fact fact, MailEnvelope envelope) => fact switch
    {
        Fact.ClientIp => FactValue.Of(envelope.ClientIp),
        Fact.ClientName => envelope.ClientName is { } name ? FactValue.Of(name) : FactValue.NotKnown,
        Fact.Helo => FactValue.Of(envelope.Helo),
        Fact.Tls => FactValue.Of(envelope.TlsVersion),
        Fact.ClientCertificate => FactValue.Of(envelope.ClientCertificate),
        Fact.Listener => FactValue.Of(envelope.Listener),
        Fact.User => FactValue.Of(envelope.User),
        Fact.Sender => FactValue.Of(envelope.Sender),
        Fact.SenderDomain => FactValue.Of(envelope.Sender[(envelope.Sender.LastIndexOf('@') + 1)..]),
        Fact.Size => FactValue.Of(message.Size - (message.PreludeLength > 0 ? message.PreludeLength : TraceLength(mail.Source))),
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, null),
    };

    /// <summary>For mails of earlier versions, whose received octets begin with our Received field: the rules judged them by their size without it.</summary>
    private static long TraceLength(MimeSource source)
    {
        var octets = new byte[(int)Math.Min(source.Length, LongestTrace)];
        var text = octets.AsSpan(0, source.Read(0, octets));
        if (!text.StartsWith("Received:"u8))
            return 0;
        for (var at = 0; text[at..].IndexOf("\r\n"u8) is >= 0 and var end;)
        {
            at += end + 2;
            if (at >= text.Length || text[at] is not ((byte)' ' or (byte)'\t'))
                return at;
        }
        return 0;
    }
}
