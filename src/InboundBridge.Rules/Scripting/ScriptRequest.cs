using System.Text.Json.Nodes;

namespace InboundBridge.Rules.Scripting;

/// <summary>What a script is for: what its value means and whether it may decide anything.</summary>
public enum ScriptPurpose
{
    /// <summary>An expression (or a body with <c>return</c>) that is true or false.</summary>
    Condition,

    /// <summary>Statements that call webhook(), reject(), tag() …</summary>
    Action,

    /// <summary><c>function transform(message)</c> that returns <c>{ headers, body }</c>.</summary>
    Transform,
}

/// <summary>One run.</summary>
/// <param name="MessageJson">The <c>data</c> object of a webhook's payload, or those of its fields that the script reads.</param>
public sealed record ScriptRequest(
    ScriptSource Source, ScriptPurpose Purpose, string MessageJson, string Recipient, IReadOnlyDictionary<string, string> Vars)
{
    /// <summary>The mail that the run is charged to; null: one of its own.</summary>
    internal ScriptAccount? Account { get; init; }
}

/// <summary>What came of a run.</summary>
/// <param name="Value">What the script evaluated to; null for nothing (or null).</param>
/// <param name="Effects">Calls in order, each <c>["webhook", "helpdesk", {…}]</c>.</param>
/// <param name="Log">What it logged, each line cut, bounded in number.</param>
/// <param name="Error">Null when it ran to its end.</param>
public sealed record ScriptAnswer(JsonNode? Value, IReadOnlyList<JsonArray> Effects, IReadOnlyList<string> Log, ScriptError? Error)
{
    /// <summary>Where each effect was called, in the script's file; shorter, or zeros, where that is not known.</summary>
    public IReadOnlyList<(int Line, int Column)> Places { get; init; } = [];

    /// <summary>The worker ends after this answer: the script left it in a state that no other script should meet.</summary>
    internal bool IsLast { get; init; }

    public static ScriptAnswer Failed(ScriptSource source, string reason) => new(null, [], [], new ScriptError(reason, source.File, 0, 0));
}

/// <param name="Line">In the script's file; 0 when unknown (killed, out of memory).</param>
public sealed record ScriptError(string Text, string File, int Line, int Column)
{
    public override string ToString() => Line == 0 ? $"{File}: {Text}" : $"{File}:{Line}:{Column}: {Text}";
}
