namespace InboundBridge.Rules.Scripting.Running;

/// <summary>A script exceeded a limit, or used something that scripts do not have.</summary>
internal sealed class ScriptLimitException(string message) : Exception(message);
