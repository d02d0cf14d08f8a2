namespace InboundBridge.Rules.Contract;

/// <summary>The text of one rule file.</summary>
/// <param name="Path">The path that problems name.</param>
public sealed record RuleFile(string Path, string Text);
