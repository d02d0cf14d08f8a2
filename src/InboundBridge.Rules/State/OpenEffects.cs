using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.State;

/// <summary>What is still uncertain because rules above are open: it is unknown whether they match, or their texts lack facts.</summary>
internal sealed class OpenEffects
{
    private readonly HashSet<string> _vars = new(StringComparer.Ordinal);
    private bool _anyVar;

    public bool Tags { get; private set; }

    /// <summary>Some rule above is open.</summary>
    public bool Any { get; private set; }

    /// <summary>The facts that the open rules lack.</summary>
    public FactSet Missing { get; private set; }

    public bool Touches(string name) => _anyVar || _vars.Count > 0 && _vars.Contains(name);

    /// <summary>Notes an open rule behind which evaluation may continue.</summary>
    /// <param name="mayMatch">It is unknown whether the rule matches, so its captures are uncertain as well.</param>
    public void Add(RuleEffects effects, FactSet missing, bool mayMatch)
    {
        AddEnding(missing);
        _vars.UnionWith(mayMatch ? effects.Vars : effects.Sets);
        _anyVar |= effects.AnyVar;
        Tags |= effects.Tags;
    }

    /// <summary>Notes an open rule that ends evaluation when it matches: rules below never see what it changes.</summary>
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
