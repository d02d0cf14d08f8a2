using InboundBridge.Rules.Evaluation;

namespace InboundBridge.Rules.Contract;

/// <summary>A rule that could not be carried out (a script failed, a rewritten recipient is no address); <c>rules.on_error</c> decided instead.</summary>
/// <param name="Text">With file and line where there is one.</param>
public sealed record RuleError(string Rule, string Text)
{
    public override string ToString() => $"{Rule}: {Text}";
}
