using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Contract;

/// <summary>The values that a fact can have.</summary>
/// <param name="AreAll">False: these are the usual ones.</param>
internal sealed record FactWords(Fact Fact, IReadOnlyList<string> Values, bool AreAll)
{
    /// <summary>Null where it can have any value.</summary>
    public static FactWords? Of(Fact fact, RuleSetEnvironment environment) =>
        fact.Values is { } all ? new FactWords(fact, all, AreAll: true)
        : fact.UsualValues is { } usual ? new FactWords(fact, usual, AreAll: false)
        : environment.Words.TryGetValue(fact, out var configured) ? new FactWords(fact, configured, AreAll: true)
        : null;

    /// <summary>What could be meant.</summary>
    public string? Hint(string given) => NearestName.Find(given, Values) is null && Fact.Advice is { } advice
        ? advice : NearestName.Hint(given, [.. Values]);
}
