using System.Text.Json.Nodes;

namespace InboundBridge.Rules.Scripting;

/// <summary>What a script is used for. That determines what its value means and whether it may call actions.</summary>
public enum ScriptPurpose
{
    /// <summary>An expression, or statements with <c>return</c>, whose value is taken as true or false.</summary>
    Condition,

    /// <summary>Statements that call webhook(), reject(), tag() …</summary>
    Action,

    /// <summary><c>function transform(message)</c> that returns <c>{ body, headers?, url?, skip? }</c>.</summary>
    Transform,
}

/// <summary>A request to run a script once.</summary>
/// <param name="MessageJson">
/// UTF-8: the <c>data</c> object of a webhook's payload, or those of its members that the script reads.
/// </param>
public sealed record ScriptRequest(
    ScriptSource Source, ScriptPurpose Purpose, ReadOnlyMemory<byte> MessageJson, string Recipient,
    IReadOnlyDictionary<string, string> Vars)
{
    /// <summary>The account of the mail that the run is charged to; null for an account of its own.</summary>
    internal ScriptAccount? Account { get; init; }
}

/// <summary>The result of a run.</summary>
/// <param name="Value">The value of the script; null for undefined and null.</param>
/// <param name="Effects">The actions that it called, in order, each as <c>["webhook", "helpdesk", {…}]</c>.</param>
/// <param name="Log">The lines that it logged, limited in number and length.</param>
/// <param name="Error">Null when it ended without an error.</param>
public sealed record ScriptAnswer(JsonNode? Value, IReadOnlyList<JsonArray> Effects, IReadOnlyList<string> Log, ScriptError? Error)
{
    /// <summary>The position of each call in the script's file; zeros, or fewer entries, where it is not known.</summary>
    public IReadOnlyList<(int Line, int Column)> Places { get; init; } = [];

    /// <summary>The worker ends after this answer, because the script left it in a state that must not affect another script.</summary>
    internal bool IsLast { get; init; }

    public static ScriptAnswer Failed(ScriptSource source, string reason) => new(null, [], [], new ScriptError(reason, source.File, 0, 0));
}

/// <param name="Line">The line in the script's file; 0 where it is not known (killed, out of memory).</param>
public sealed record ScriptError(string Text, string File, int Line, int Column)
{
    public override string ToString() => Line == 0 ? $"{File}: {Text}" : $"{File}:{Line}:{Column}: {Text}";
}
