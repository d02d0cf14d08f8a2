namespace InboundBridge.Rules.Contract;

/// <summary>One rule file as the host read it.</summary>
/// <param name="Path">As problems shall name it.</param>
public sealed record RuleFile(string Path, string Text);
