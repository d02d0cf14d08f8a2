namespace InboundBridge.Ui.Layout;

/// <summary>Which tone a state has: the style sheet's classes <c>good</c>, <c>wait</c>, <c>bad</c> and <c>calm</c>.</summary>
internal static class StateTone
{
    private static readonly Dictionary<string, string> Tones = Of(
        ("good", ["delivered", "pass", "up", "ready", "decides", "true", "valid", "matches", "published", "allowed", "resumed",
            "circuit closed", "no action"]),
        ("wait", ["retrying", "held", "paused", "softfail", "temperror", "slow", "open", "unknown", "deferred", "warning", "not ready",
            "draining", "starting", "commits slow", "missed", "greylist", "soft reject", "add header", "rewrite subject"]),
        ("bad", ["dead", "fail", "down", "permerror", "failed", "rejected", "false", "invalid", "to do", "lost", "disk low", "failing",
            "virus", "found", "listed", "circuit opened", "reject", "discard", "quarantine", "blocked", "refused"]),
        ("calm", ["pending", "cancelled", "none", "neutral", "policy", "forwarded", "received", "retried", "released", "replayed",
            "deleted", "does not match", "stopped"]));

    /// <summary>A word that is no state of ours, such as one of a scanner, is calm.</summary>
    public static string Of(string word) => Tones.GetValueOrDefault(Plain(word), "calm");

    /// <summary>False: nobody has thought about its tone.</summary>
    internal static bool Knows(string word) => Tones.ContainsKey(Plain(word));

    private static string Plain(string word) => word.Replace('_', ' ');

    private static Dictionary<string, string> Of(params (string Tone, string[] Words)[] tones) =>
        tones.SelectMany(each => each.Words.Select(word => (word, each.Tone)))
            .ToDictionary(each => each.word, each => each.Tone, StringComparer.Ordinal);
}
