using InboundBridge.Mime;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Facts;

/// <summary>The facts of a mail that lies in a file, for rule tests and dry runs: everything the mail itself says; the connection is absent, and verdicts are not known.</summary>
public sealed class StoredMailFacts(string id, MimeMessage mail) : MessageFacts
{
    private readonly MimeFacts _mail = new(mail);

    public override string Id { get; } = id;

    public override FactValue Get(Fact fact) => fact switch
    {
        Fact.Size => FactValue.Of(mail.Source.Length),
        Fact.ClientName => FactValue.NotKnown,
        <= Fact.SenderDomain => FactValue.Absent,
        <= Fact.DkimDomain => FactValue.NotKnown,
        <= Fact.ListId => _mail.OfHeader(fact),
        <= Fact.Attachments => _mail.OfBody(fact),
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, null),
    };

    public override FactValue Header(string name) => _mail.Header(name);
}
