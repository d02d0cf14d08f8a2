using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Rules.State;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Conditions;

/// <summary><c>vars: {NAME: pattern}</c>: set or captured by a rule above, or captured by another condition of this rule.</summary>
internal sealed class VarsCondition(SourcePosition position, string name, ValuePattern pattern, string written, bool ownCapture)
    : PatternCondition(position, $"vars {name}", pattern, written)
{
    public string Name => name;

    public override int Cost => FactCost.Envelope;

    public override bool NeedsOwnCaptures => ownCapture;

    protected override FactValue Read(EvaluationState state) =>
        FactValue.Of(ownCapture ? state.CapturedOrVar(name) : state.Vars.GetValueOrDefault(name));

    protected override Truth Ask(EvaluationState state)
    {
        if (!state.Open.Touches(name))
            return Match(Read(state), state);
        state.Missing = state.Missing.With(state.Open.Missing);
        return Truth.Unknown;
    }
}

/// <summary><c>tagged: pattern</c>: a rule above gave a tag that matches.</summary>
internal sealed class TaggedCondition(SourcePosition position, ValuePattern pattern, string written)
    : PatternCondition(position, "tagged", pattern, written)
{
    public override int Cost => FactCost.Envelope;

    protected override FactValue Read(EvaluationState state) => FactValue.Of(state.Tags);

    protected override Truth Ask(EvaluationState state)
    {
        if (!state.Open.Tags)
            return Match(Read(state), state);
        state.Missing = state.Missing.With(state.Open.Missing);
        return Truth.Unknown;
    }
}
