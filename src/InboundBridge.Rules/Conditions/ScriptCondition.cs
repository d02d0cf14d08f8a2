using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.ScriptCalls;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.State;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Conditions;

/// <summary>
/// <c>script</c>: evaluated last, and only where the answer still depends on it. The evaluator runs the script and evaluates again.
/// </summary>
internal sealed class ScriptCondition : Condition
{
    private readonly ScriptCall _call;

    public ScriptCondition(SourcePosition position, ScriptSource source)
        : base(position, "script")
    {
        _call = new ScriptCall(this, source, ScriptPurpose.Condition);
        Needs = new ScriptNeeds(source.Text);
    }

    public ScriptNeeds Needs { get; }

    public override int Cost => FactCost.Script;

    public override string Pattern => ShownText.Cut(_call.Source.Text.Trim());

    public override string? Actual(EvaluationState state) => state.AnswerOf(this) is not { } answer
        ? null
        : answer.Error?.ToString() ?? ShownText.Cut(answer.Value?.ToJsonString() ?? "undefined");

    /// <summary>As in JavaScript: false, 0, NaN, the empty string, null and undefined are false.</summary>
    internal static bool IsTrue(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.Number => value.AsValue().TryGetValue<double>(out var number) && number != 0,
        JsonValueKind.String => value.GetValue<string>().Length > 0,
        _ => true,
    };

    protected override Truth Ask(EvaluationState state)
    {
        if (state.AnswerOf(this) is { } answer)
            return IsTrue(answer.Value) ? Truth.True : Truth.False;
        var missing = Needs.Missing(state.Facts);
        if (state.Open.Any)
            missing = missing.With(state.Open.Missing);
        state.Missing = state.Missing.With(missing);
        if (missing.IsEmpty)
            state.PendingScript ??= _call;
        return Truth.Unknown;
    }
}
