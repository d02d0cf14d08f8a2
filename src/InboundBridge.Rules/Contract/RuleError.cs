namespace InboundBridge.Rules.Contract;

/// <summary>
/// A rule that could not be carried out: its script failed, or its rewritten recipient
/// is not an address. <c>rules.on_error</c> decides instead.
/// </summary>
/// <param name="Text">With file and line where there is one.</param>
public sealed record RuleError(string Rule, string Text)
{
    public override string ToString() => $"{Rule}: {Text}";
}
