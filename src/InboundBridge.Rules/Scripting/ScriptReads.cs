namespace InboundBridge.Rules.Scripting;

/// <summary>
/// What a script can read, as found in its source. Only those members of the mail are sent to the worker, and a script that does not read
/// the recipient runs once for all recipients.
/// </summary>
/// <param name="Fields">Names of members of the message; null for all.</param>
/// <param name="Vars">It reads <c>vars</c>.</param>
public sealed record ScriptReads(IReadOnlySet<string>? Fields, bool Vars)
{
    public static ScriptReads Everything { get; } = new(null, true);

    /// <summary>It reads the recipient, so its answers may differ between recipients of a mail.</summary>
    public bool Recipient => Fields is null || Fields.Contains("recipient");
}
