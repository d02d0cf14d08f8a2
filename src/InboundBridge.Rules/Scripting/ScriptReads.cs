namespace InboundBridge.Rules.Scripting;

/// <summary>
/// What a script can look at, as its source shows. Only those fields of the mail go to the worker, and a script that can't tell recipients apart runs once
/// for all of them.
/// </summary>
/// <param name="Fields">Names of the message's fields; null: any of them.</param>
/// <param name="Vars">It reads <c>vars</c>.</param>
public sealed record ScriptReads(IReadOnlySet<string>? Fields, bool Vars)
{
    public static ScriptReads Everything { get; } = new(null, true);

    /// <summary>It can tell one recipient of a mail from another.</summary>
    public bool Recipient => Fields is null || Fields.Contains("recipient");
}
