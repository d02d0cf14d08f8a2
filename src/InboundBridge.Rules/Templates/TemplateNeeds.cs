using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Rules.State;

namespace InboundBridge.Rules.Templates;

/// <summary>What all templates of a rule need to know before any of them is filled in.</summary>
internal sealed class TemplateNeeds
{
    private readonly Fact[] _facts;
    private readonly string[] _names;

    public TemplateNeeds(IEnumerable<string> names)
    {
        var distinct = names.Distinct(StringComparer.Ordinal).ToArray();
        _facts = [.. distinct.Select(FactOf).OfType<Fact>().Distinct()];
        _names = [.. distinct.Where(name => !VariableName.IsBuiltIn(name))];
    }

    /// <summary>Vars, and not the message's own values.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>False adds to the state's missing facts.</summary>
    /// <param name="ownNames">Names that the rule itself gives a value, so that open rules above don't matter.</param>
    public bool AreKnown(EvaluationState state, IReadOnlySet<string> ownNames)
    {
        var missing = FactSet.None;
        foreach (var fact in _facts)
        {
            if (!state.Facts.Get(fact).IsKnown)
                missing = missing.With(fact);
        }
        foreach (var name in _names)
        {
            if (!ownNames.Contains(name) && state.Open.Touches(name))
                missing = missing.With(state.Open.Missing);
        }
        state.Missing = state.Missing.With(missing);
        return missing.IsEmpty;
    }

    /// <summary>The fact that has to be known before the name can be filled in; null where none has to.</summary>
    public static Fact? FactOf(string name) => Fact.Find(name) is { IsInTemplates: true } fact ? fact.PartOf ?? fact : null;
}
