using InboundBridge.Rules.Actions;
using InboundBridge.Rules.Conditions;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.State;
using InboundBridge.Rules.Templates;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Evaluation;

/// <summary>One rule of a loaded set. Immutable, apart from its hit counters.</summary>
public sealed class Rule
{
    private long _hits;
    private long _lastHitTicks;
    private RuleCounters? _counters;

    internal Rule(string name, SourcePosition position, Condition when, IReadOnlyList<RuleAction> then)
    {
        Name = name;
        Position = position;
        When = when;
        Then = then;
        Needs = new TemplateNeeds(then.SelectMany(action => action.Templates).SelectMany(template => template.Names));
        HasScript = then.Any(action => action is ScriptAction);
        Decides = HasScript || then.Any(action => action.Delivers || action.Refuses);
        var decisive = then.LastOrDefault(action => action is ScriptAction || action.Delivers || action.Refuses);
        Refusal = decisive as RefuseAction;
        Effects = new RuleEffects
        {
            Vars = when.Captures.Concat(then.SelectMany(action => action.Sets)).ToHashSet(StringComparer.Ordinal),
            Sets = then.SelectMany(action => action.Sets).ToHashSet(StringComparer.Ordinal),
            AnyVar = HasScript,
            Tags = then.Any(action => action.Tags),
            Outcomes = [.. then.Select(StepOf).OfType<OutcomeStep>()],
            AlwaysDecides = then.Any(action => action.Delivers || action.Refuses),
        };
    }

    public string Name { get; }

    public SourcePosition Position { get; }

    public bool Enabled { get; internal init; } = true;

    /// <summary>Evaluation continues behind this rule even when it delivers or refuses.</summary>
    public bool Continue { get; internal init; }

    /// <summary>Decisions in which it matched since this set was loaded.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>Null when it never matched.</summary>
    public DateTimeOffset? LastHit
    {
        get
        {
            var ticks = Interlocked.Read(ref _lastHitTicks);
            return ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
        }
    }

    internal Condition When { get; }

    internal IReadOnlyList<RuleAction> Then { get; }

    internal TemplateNeeds Needs { get; }

    internal RuleEffects Effects { get; }

    internal bool HasScript { get; }

    /// <summary>It delivers or refuses, or has a script that may do so.</summary>
    internal bool Decides { get; }

    /// <summary>It delivers or refuses whenever it matches, whatever its scripts do.</summary>
    internal bool AlwaysDecides => Effects.AlwaysDecides;

    /// <summary>The rule's last action that decides, if that is a refusal; null where it is a delivery or a script.</summary>
    internal RefuseAction? Refusal { get; }

    /// <summary>It may end evaluation when it matches.</summary>
    internal bool MayEnd => Decides && !Continue;

    /// <summary>Kept, for a set of rules is counted in one appliance only.</summary>
    internal RuleCounters CountersIn(RuleMetrics metrics) => _counters ??= metrics.ForRule(Name);

    internal void CountHit(DateTimeOffset now)
    {
        Interlocked.Increment(ref _hits);
        Interlocked.Exchange(ref _lastHitTicks, now.UtcTicks);
    }

    /// <summary>Null: the action does not change the outcome.</summary>
    private static OutcomeStep? StepOf(RuleAction action) => action switch
    {
        ScriptAction => OutcomeStep.Script,
        { Delivers: true } => OutcomeStep.Deliver,
        { Refusal: RuleRefusalKind.Reject } => OutcomeStep.Reject,
        { Refusal: RuleRefusalKind.Defer } => OutcomeStep.Defer,
        { Refusal: RuleRefusalKind.Discard } => OutcomeStep.Discard,
        _ => null,
    };
}
