namespace InboundBridge.Rules.Scripting;

/// <summary>A script reached a limit, or asked for what there is not.</summary>
internal sealed class ScriptLimitException(string message) : Exception(message);
