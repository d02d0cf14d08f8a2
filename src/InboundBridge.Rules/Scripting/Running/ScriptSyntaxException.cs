namespace InboundBridge.Rules.Scripting.Running;

/// <summary>The source is not JavaScript.</summary>
internal sealed class ScriptSyntaxException(ScriptError error) : Exception(error.ToString())
{
    public ScriptError Error => error;
}
