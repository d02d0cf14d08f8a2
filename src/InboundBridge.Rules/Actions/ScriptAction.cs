using InboundBridge.Rules.Contract;
using InboundBridge.Rules.ScriptCalls;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.State;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Actions;

/// <summary>
/// <c>script</c>: each call that the script makes is validated like an action in YAML
/// before it takes effect, because scripts are not trusted.
/// </summary>
internal sealed class ScriptAction : RuleAction
{
    private readonly RuleSetEnvironment _environment;

    public ScriptAction(SourcePosition position, ScriptSource source, RuleSetEnvironment environment)
        : base(position, "script")
    {
        _environment = environment;
        Call = new ScriptCall(this, source, ScriptPurpose.Action);
        Needs = new ScriptNeeds(source.Text);
    }

    public ScriptCall Call { get; }

    public ScriptNeeds Needs { get; }

    public override bool Tags => true;

    /// <summary>Everything that the script needs is known. Where it is not, adds the missing facts to the state.</summary>
    public bool CanRun(EvaluationState state)
    {
        var missing = Needs.Missing(state.Facts).With(state.Open.Missing);
        state.Missing = state.Missing.With(missing);
        return missing.IsEmpty;
    }

    public override string? Apply(EvaluationState state)
    {
        var effects = new ScriptEffects(_environment, state);
        var answer = state.AnswerOf(this)!;
        for (var index = 0; index < answer.Effects.Count; index++)
        {
            var (line, column) = index < answer.Places.Count ? answer.Places[index] : default;
            if (effects.Apply(answer.Effects[index]) is { } problem)
                return new ScriptError(problem, Call.Source.File, line, column).ToString();
        }
        return null;
    }
}
