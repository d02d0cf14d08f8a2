namespace InboundBridge.Rules.Scripting.Running;

/// <summary>A script handed over something that can't cross.</summary>
internal sealed class ScriptValueException(string message) : Exception(message);
