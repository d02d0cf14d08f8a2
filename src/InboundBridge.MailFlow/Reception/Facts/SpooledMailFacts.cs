using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Facts;

/// <summary>
/// The facts of a mail in the spool: the mail, its envelope, its connection, and what the checks of its sender and the scanners said when
/// it came. The sender is not checked again: a mail whose sender was not checked has the verdicts of one. What a scanner was not asked then
/// it is asked when a rule needs it, where a <see cref="StoredMailScan"/> is given.
/// </summary>
/// <param name="scan">Null: a scanner's answer that was not stored stays unknown.</param>
public sealed class SpooledMailFacts(SpooledMessage message, MimeMessage mail, StoredMailScan? scan = null) : MessageFacts
{
    /// <summary>Octets in which the trace field of a mail without a prelude is looked for; it has a few hundred.</summary>
    private const int LongestTrace = 4096;

    private readonly MimeFacts _mail = new(mail);
    private MailVerdicts? _verdicts;

    /// <summary>Facts of connection and envelope, and what was stored with them.</summary>
    internal static FactReaders<SpooledMailFacts> OfSession { get; } = new()
    {
        { Fact.ClientIp, facts => FactValue.Of(facts.Envelope.ClientIp) },
        { Fact.Helo, facts => FactValue.Of(facts.Envelope.Helo) },
        { Fact.Tls, facts => FactValue.Of(facts.Envelope.TlsVersion) },
        { Fact.ClientCertificate, facts => FactValue.Of(facts.Envelope.ClientCertificate) },
        { Fact.Listener, facts => FactValue.Of(facts.Envelope.Listener) },
        { Fact.User, facts => FactValue.Of(facts.Envelope.User) },
        { Fact.Sender, facts => FactValue.Of(facts.Envelope.Sender) },
        { Fact.SenderDomain, facts => FactValue.Of(facts.Envelope.Sender[(facts.Envelope.Sender.LastIndexOf('@') + 1)..]) },
        { Fact.Size, facts => FactValue.Of(facts.ReceivedSize) },
        { Fact.ClientName, facts => facts.Envelope.ClientName is { } name ? FactValue.Of(name) : FactValue.NotKnown },
    };

    public override string Id => message.Id;

    public override FactSet Suppliable => scan?.Suppliable ?? FactSet.None;

    private MailEnvelope Envelope => message.Envelope;

    /// <summary>The rules judged the mail by its size as received: without the field that we put on top.</summary>
    private long ReceivedSize => message.Size - (message.PreludeLength > 0 ? message.PreludeLength : TraceLength(mail.Source));

    public override FactValue Get(Fact fact) => fact.Source.Origin switch
    {
        FactOrigin.Session => OfSession.Read(fact, this),
        FactOrigin.Header => MimeFacts.OfHeader.Read(fact, _mail),
        FactOrigin.Content => MimeFacts.OfContent.Read(fact, _mail),
        FactOrigin.Check => OfCheck(fact),
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, null),
    };

    public override FactValue Header(string name) => _mail.Header(name);

    public override ValueTask SupplyAsync(FactSet facts, CancellationToken cancellationToken) =>
        scan?.SupplyAsync(facts, new CheckedMail(this, mail, Sender: null), cancellationToken) ?? ValueTask.CompletedTask;

    public override string? FailureOf(Fact fact) => scan?.FailureOf(fact);

    private FactValue OfCheck(Fact fact)
    {
        if (OfSession.Has(fact) && OfSession.Read(fact, this) is { IsKnown: true } known)
            return known;
        _verdicts ??= VerdictsReader.Read(message.AuthenticationJson);
        if (SenderFacts.Readers.Has(fact))
            return SenderFacts.Readers.Read(fact, _verdicts);
        var stored = ScannerFacts.Of(fact, _verdicts);
        return stored.IsKnown || scan is null ? stored : scan.Get(fact);
    }

    /// <summary>
    /// For mails of earlier versions, whose received octets begin with our Received field: the rules judged them by their size without it.
    /// </summary>
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
