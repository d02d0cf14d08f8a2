namespace InboundBridge.Rules.Evaluation;

/// <summary>What a rule changes when it matches, apart from deciding.</summary>
internal sealed class RuleEffects
{
    /// <summary>Captured or set.</summary>
    public required IReadOnlySet<string> Vars { get; init; }

    /// <summary>A script may set any.</summary>
    public bool AnyVar { get; init; }

    public bool Tags { get; init; }

    public bool Headers { get; init; }

    /// <summary>It delivers or refuses (and goes on, or else evaluation would have stopped).</summary>
    public bool Outcome { get; init; }
}

/// <summary>What is open because rules above are open that would not have ended evaluation.</summary>
internal sealed class OpenEffects
{
    private readonly HashSet<string> _vars = new(StringComparer.Ordinal);
    private bool _anyVar;

    public bool Tags { get; private set; }

    public bool Outcome { get; private set; }

    /// <summary>Some rule is open at all.</summary>
    public bool Any { get; private set; }

    /// <summary>What would close them.</summary>
    public FactSet Missing { get; private set; }

    public bool Touches(string name) => _anyVar || _vars.Count > 0 && _vars.Contains(name);

    public void Add(RuleEffects effects, FactSet missing)
    {
        Any = true;
        _vars.UnionWith(effects.Vars);
        _anyVar |= effects.AnyVar;
        Tags |= effects.Tags;
        Outcome |= effects.Outcome;
        Missing = Missing.With(missing);
    }

    public void Clear()
    {
        if (!Any)
            return;
        _vars.Clear();
        (_anyVar, Tags, Outcome, Any) = (false, false, false, false);
        Missing = FactSet.None;
    }
}
