using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Rules.State;

namespace InboundBridge.Rules.Templates;

/// <summary>The facts and vars that some templates need before any of them can be filled.</summary>
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

    /// <summary>Names of vars; built-in names are not among them.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Everything is known. Where it is not, adds the missing facts to the state.</summary>
    /// <param name="ownNames">Vars that the rule itself sets, for which open rules above do not matter.</param>
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
