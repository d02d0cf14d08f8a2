using InboundBridge.Mime;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception;

/// <summary>The facts of a mail that lies in a file, for rule tests and dry runs: everything the mail itself says; connection and verdicts are absent.</summary>
public sealed class StoredMailFacts(string id, MimeMessage mail) : MessageFacts
{
    private readonly MimeFacts _mail = new(mail);

    public override string Id { get; } = id;

    public override FactValue Get(Fact fact) => fact switch
    {
        Fact.Size => FactValue.Of(mail.Source.Length),
        <= Fact.DkimDomain => FactValue.Absent,
        <= Fact.ListId => _mail.OfHeader(fact),
        _ => _mail.OfBody(fact),
    };

    public override FactValue Header(string name) => _mail.Header(name);
}
