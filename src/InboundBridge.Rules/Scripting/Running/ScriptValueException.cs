namespace InboundBridge.Rules.Scripting.Running;

/// <summary>A script returned or passed a value that can't be copied out of the engine.</summary>
internal sealed class ScriptValueException(string message) : Exception(message);
