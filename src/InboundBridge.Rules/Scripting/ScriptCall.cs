namespace InboundBridge.Rules.Scripting;

/// <summary>A script as a rule calls it.</summary>
/// <param name="Key">The condition or action it belongs to: each runs at most once in an evaluation.</param>
internal sealed record ScriptCall(object Key, ScriptSource Source, ScriptPurpose Purpose);
