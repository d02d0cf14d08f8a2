namespace InboundBridge.Importing;

/// <param name="Text">A rule file.</param>
/// <param name="Count">The rules in it.</param>
/// <param name="Incomplete">How many routes say something that is in comments only.</param>
internal sealed record ImportedRules(string Text, int Count, int Incomplete);
