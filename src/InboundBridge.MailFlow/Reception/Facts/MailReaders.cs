using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Facts;

/// <summary>Which facts come with every mail, without a check.</summary>
public static class MailReaders
{
    /// <summary>Connection, envelope or the mail itself tells it.</summary>
    public static bool Supply(Fact fact) => fact.Source.Origin switch
    {
        FactOrigin.Session => MailFacts.OfSession.Has(fact),
        FactOrigin.Header => MimeFacts.OfHeader.Has(fact),
        FactOrigin.Content => MimeFacts.OfContent.Has(fact),
        FactOrigin.Check => false,
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, null),
    };
}
