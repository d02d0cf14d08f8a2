using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.State;

/// <summary>
/// The outcomes that are still reachable once a rule is open (docs/rules.md, "When a refusal is given"). Two sets: how evaluation may
/// have ended already, and what the rules above may have come to where it continues. The run itself follows the path on which no open rule
/// matches. That path is one of the reachable ones, so its reply can be given once all reachable outcomes are the same kind of refusal.
/// </summary>
internal struct ReachableOutcomes
{
    private OutcomeSet _ended;
    private OutcomeSet _live;

    /// <summary>Some rule is open.</summary>
    public readonly bool IsOpen => (_ended | _live) != OutcomeSet.None;

    /// <summary>
    /// The facts that the first open rule lacks which could end evaluation. Once they are known, other facts may not be needed.
    /// </summary>
    public FactSet Waits { get; private set; }

    /// <summary>No refusal can become certain on these facts, whatever the rules below say.</summary>
    public readonly bool IsHopeless => _ended != OutcomeSet.None && !_ended.IsOneRefusal();

    /// <summary>Starts from the outcome that is certain so far. Does nothing once a rule is open.</summary>
    public void Begin(OutcomeSet certain)
    {
        if (!IsOpen)
            _live = certain;
    }

    /// <summary>It is unknown whether the rule matches.</summary>
    public void MayMatch(RuleEffects rule, bool mayEnd, FactSet missing) => Match(rule, mayEnd, missing, _live);

    /// <summary>The rule matches, but facts that its texts or scripts need are missing.</summary>
    public void WillMatch(RuleEffects rule, bool mayEnd, FactSet missing) => Match(rule, mayEnd, missing, OutcomeSet.None);

    /// <summary>The rule matched and was carried out.</summary>
    public void Matched(RuleEffects rule, bool mayEnd) => Match(rule, mayEnd, FactSet.None, OutcomeSet.None);

    /// <summary>Every outcome that is reachable when no rule is left.</summary>
    /// <param name="otherwise">The outcome of <c>rules.default</c>.</param>
    public readonly OutcomeSet AtEnd(OutcomeSet otherwise) =>
        _ended | ((_live & OutcomeSet.Undecided) == OutcomeSet.None ? _live : (_live & ~OutcomeSet.Undecided) | otherwise);

    private void Match(RuleEffects rule, bool mayEnd, FactSet missing, OutcomeSet withoutMatch)
    {
        var after = rule.After(_live);
        if (!mayEnd)
        {
            _live = withoutMatch | after;
            return;
        }
        if (Waits.IsEmpty)
            Waits = missing;
        // A script may decide nothing; then evaluation continues as if the rule had not matched.
        _ended |= rule.AlwaysDecides ? after : after & ~OutcomeSet.Undecided;
        _live = rule.AlwaysDecides ? withoutMatch : _live;
    }
}
