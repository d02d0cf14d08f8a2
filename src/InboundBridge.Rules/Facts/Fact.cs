using System.Diagnostics.CodeAnalysis;

namespace InboundBridge.Rules.Facts;

/// <summary>
/// Something that rules, templates and scripts can ask about a message. Each fact is one entry of the catalogue (<c>Fact.Entries.cs</c>);
/// reading, explaining, testing and documenting it work from that entry. Recipients, header fields by name, vars, tags, time and samples
/// have conditions of their own.
/// </summary>
public sealed partial class Fact
{
    private Fact(string key, FactType type, int cost, RuleStage stage, FactSource source, string summary)
    {
        (Key, Type, Cost, Stage, Source, Summary) = (key, type, cost, stage, source, summary);
        Index = Entries.Count;
        if (Index == FactSet.Capacity)
            throw new InvalidOperationException($"the catalogue has more than {FactSet.Capacity} facts");
        Entries.Add(this);
    }

    /// <summary>Its name in <c>when:</c>, in <c>given:</c> of a rule test, in explanations and in templates.</summary>
    public string Key { get; }

    /// <summary>How patterns on it are written, and how a rule test gives it.</summary>
    public FactType Type { get; }

    /// <summary>One of <see cref="FactCost"/>: conditions are evaluated from the cheapest to the most expensive.</summary>
    public int Cost { get; }

    /// <summary>The earliest stage at which it can be known.</summary>
    public RuleStage Stage { get; }

    public FactSource Source { get; }

    /// <summary>For the schema that editors complete with.</summary>
    public string Summary { get; }

    /// <summary>A plain true or false asks whether there is a value.</summary>
    public bool IsSwitch { get; private init; }

    /// <summary>The value that a rule test gives with <c>true</c>.</summary>
    public string ValueOfTrue { get; private init; } = "yes";

    /// <summary>The only values that occur: a rule or a test with another one is an error. Null for free text.</summary>
    public IReadOnlyList<string>? Values { get; private init; }

    /// <summary>What the values under a configuration are, for hints; null where they speak for themselves.</summary>
    public string? Advice { get; private init; }

    /// <summary>The values that occur where nobody has configured others, for warnings; null for free text.</summary>
    public IReadOnlyList<string>? UsualValues { get; private init; }

    /// <summary>
    /// Where its check is not asked, its value is the word <c>none</c>, as in results of RFC 8601. False: it has no value then.
    /// </summary>
    public bool IsNoneUnlessAsked { get; private init; }

    /// <summary>Its value for a mail about which its check was not asked.</summary>
    public FactValue ValueUnlessAsked => IsNoneUnlessAsked ? FactValue.Of("none") : FactValue.Absent;

    /// <summary>
    /// Another fact and the only value that it can have where this one has a value; null for none. Its entry stands before this one.
    /// </summary>
    public (Fact Fact, string Value)? Implies { get; private init; }

    /// <summary>Templates may name it: <c>{key}</c>.</summary>
    public bool IsInTemplates { get; private init; }

    /// <summary>False: only templates name it.</summary>
    public bool IsCondition { get; private init; } = true;

    /// <summary>
    /// The fact that it comes with: it is known whenever that one is, and is asked for under that one's name. Null: it stands for itself.
    /// </summary>
    public Fact? PartOf { get; private init; }

    /// <summary>The header field that a rule test's inline mail gets from it; null for none.</summary>
    public string? ImpliedField { get; private init; }

    /// <summary>
    /// The member of <c>message</c> by which scripts read it, where that alone makes it needed; null for what every script may read.
    /// </summary>
    public string? ScriptMember { get; private init; }

    /// <summary>
    /// Where it stands in the message that scripts of a rule test see, as <c>authentication.spf.result</c>; "none" where it has no value.
    /// </summary>
    public string? ScriptPath { get; private init; }

    /// <summary>Its place in the catalogue.</summary>
    internal int Index { get; }

    /// <summary>The fact of that key; null when there is none.</summary>
    public static Fact? Find(string key) => ByKey.GetValueOrDefault(key);

    /// <summary>The fact that a condition may name so.</summary>
    public static bool TryFindCondition(string key, [NotNullWhen(true)] out Fact? fact)
    {
        fact = Find(key);
        return fact is { IsCondition: true };
    }

    public override string ToString() => Key;
}
