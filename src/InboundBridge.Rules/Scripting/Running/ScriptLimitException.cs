namespace InboundBridge.Rules.Scripting.Running;

/// <summary>A script reached a limit, or asked for what there is not.</summary>
internal sealed class ScriptLimitException(string message) : Exception(message);
