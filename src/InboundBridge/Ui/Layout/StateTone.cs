namespace InboundBridge.Ui.Layout;

/// <summary>Which tone a state has: the style sheet's classes <c>good</c>, <c>wait</c>, <c>bad</c> and <c>calm</c>.</summary>
internal static class StateTone
{
    public static string Of(string word) => word switch
    {
        "delivered" or "pass" or "up" or "ready" or "decides" or "true" or "valid" or "matches"
            or "published" => "good",
        "retrying" or "held" or "paused" or "softfail" or "temperror" or "slow" or "open" or "unknown" or "deferred" or "warning"
            or "not ready" or "draining" or "starting" => "wait",
        "dead" or "fail" or "down" or "permerror" or "failed" or "rejected" or "false" or "invalid" or "to do"
            or "lost" => "bad",
        _ => "calm",
    };
}
