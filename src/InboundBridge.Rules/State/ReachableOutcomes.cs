using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.State;

/// <summary>
/// Which outcomes are still reachable once a rule is open (CONTRACT section 3, "as early as the facts allow"). Two things are told apart: how evaluation may
/// have ended already, and what the rules above may have come to where it goes on. The run itself follows the one way on which no open rule matches; that way
/// is among the reachable ones, so that its reply may be given as soon as all of them are the same kind of refusal.
/// </summary>
internal struct ReachableOutcomes
{
    private OutcomeSet _ended;
    private OutcomeSet _live;

    /// <summary>Some rule is open.</summary>
    public readonly bool IsOpen => (_ended | _live) != OutcomeSet.None;

    /// <summary>The facts that the first open rule waits for that could end evaluation: once they are known, the others may not be needed.</summary>
    public FactSet Waits { get; private set; }

    /// <summary>No refusal can be certain any more, whatever the rules below say.</summary>
    public readonly bool IsHopeless => _ended != OutcomeSet.None && !_ended.IsOneRefusal();

    /// <summary>Begins with what is certain up to here.</summary>
    public void Begin(OutcomeSet certain)
    {
        if (!IsOpen)
            _live = certain;
    }

    /// <summary>The rule may match.</summary>
    public void MayMatch(RuleEffects rule, bool mayEnd, FactSet missing) => Match(rule, mayEnd, missing, _live);

    /// <summary>The rule matches, and what it needs for its texts and scripts is missing.</summary>
    public void WillMatch(RuleEffects rule, bool mayEnd, FactSet missing) => Match(rule, mayEnd, missing, OutcomeSet.None);

    /// <summary>The rule matched and was carried out.</summary>
    public void Matched(RuleEffects rule, bool mayEnd) => Match(rule, mayEnd, FactSet.None, OutcomeSet.None);

    /// <summary>Everything that is reachable when no rule is left.</summary>
    /// <param name="otherwise">What <c>rules.default</c> comes to.</param>
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
        // A script may decide nothing: then the way goes on as it was.
        _ended |= rule.AlwaysDecides ? after : after & ~OutcomeSet.Undecided;
        _live = rule.AlwaysDecides ? withoutMatch : _live;
    }
}
