namespace InboundBridge.Rules.Scripting;

/// <summary>A script that a rule runs.</summary>
/// <param name="Key">The condition or action that it belongs to: each runs at most once in an evaluation.</param>
internal sealed record ScriptCall(object Key, ScriptSource Source, ScriptPurpose Purpose);
