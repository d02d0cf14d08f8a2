using InboundBridge.Mime;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Facts;

/// <summary>
/// The facts of a mail in a file, for rule tests: everything that the mail itself tells. It has no connection, and nothing was checked.
/// </summary>
public sealed class StoredMailFacts(string id, MimeMessage mail) : MessageFacts
{
    private readonly MimeFacts _mail = new(mail);

    public override string Id { get; } = id;

    public override FactValue Get(Fact fact) => fact.Source.Origin switch
    {
        FactOrigin.Session => fact == Fact.Size ? FactValue.Of(mail.Source.Length) : FactValue.Absent,
        FactOrigin.Header => MimeFacts.OfHeader.Read(fact, _mail),
        FactOrigin.Content => MimeFacts.OfContent.Read(fact, _mail),
        FactOrigin.Check => FactValue.NotKnown,
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, null),
    };

    public override FactValue Header(string name) => _mail.Header(name);

    public override IReadOnlyList<KeyValuePair<string, string>> HeaderFields =>
        [.. mail.Headers.Select(header => KeyValuePair.Create(header.Name, header.Value))];
}
