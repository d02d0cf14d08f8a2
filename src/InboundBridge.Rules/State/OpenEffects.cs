using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.State;

/// <summary>What is open because rules above are open.</summary>
internal sealed class OpenEffects
{
    private readonly HashSet<string> _vars = new(StringComparer.Ordinal);
    private bool _anyVar;

    public bool Tags { get; private set; }

    /// <summary>Some rule is open at all.</summary>
    public bool Any { get; private set; }

    /// <summary>What would close them.</summary>
    public FactSet Missing { get; private set; }

    public bool Touches(string name) => _anyVar || _vars.Count > 0 && _vars.Contains(name);

    /// <summary>A rule that may match, or one that matches and can't be carried out yet.</summary>
    /// <param name="mayMatch">Then its captures are open too.</param>
    public void Add(RuleEffects effects, FactSet missing, bool mayMatch)
    {
        AddEnding(missing);
        _vars.UnionWith(mayMatch ? effects.Vars : effects.Sets);
        _anyVar |= effects.AnyVar;
        Tags |= effects.Tags;
    }

    /// <summary>A rule that ends evaluation where it matches: the rules below never see what it changes.</summary>
    public void AddEnding(FactSet missing)
    {
        Any = true;
        Missing = Missing.With(missing);
    }

    public void Clear()
    {
        if (!Any)
            return;
        _vars.Clear();
        (_anyVar, Tags, Any) = (false, false, false);
        Missing = FactSet.None;
    }
}
