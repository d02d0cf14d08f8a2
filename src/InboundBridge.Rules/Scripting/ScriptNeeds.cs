using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Scripting;

/// <summary>
/// What has to be known before a script may run: the whole mail, and the verdicts that its source mentions. A script that never says
/// "authentication" costs no DNS look-up, one that never says "spam" no scanner.
/// </summary>
internal sealed class ScriptNeeds
{
    private static readonly Fact[] Mail = [Fact.Subject, Fact.Attachments, Fact.Text, Fact.Html, Fact.Kind];

    private static readonly (string Word, Fact[] Facts)[] Mentions =
    [
        ("authentication", [Fact.Spf, Fact.Dkim, Fact.Dmarc, Fact.Arc]),
        ("client_name", [Fact.ClientName]),
        ("spam", [Fact.SpamScore, Fact.SpamAction]),
        ("virus", [Fact.Virus]),
    ];

    private readonly Fact[] _facts;

    public ScriptNeeds(string source) =>
        _facts = [.. Mail, .. Mentions.Where(mention => source.Contains(mention.Word, StringComparison.Ordinal)).SelectMany(mention => mention.Facts)];

    public FactSet Missing(MessageFacts facts)
    {
        var missing = FactSet.None;
        foreach (var fact in _facts)
        {
            if (!facts.Get(fact).IsKnown)
                missing = missing.With(fact);
        }
        return missing;
    }
}
