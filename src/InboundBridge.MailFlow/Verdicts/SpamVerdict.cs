namespace InboundBridge.MailFlow.Verdicts;

/// <summary>The answer of the spam scanner.</summary>
/// <param name="Action">What it proposes, in its own words (<c>no action</c>, <c>add header</c>, <c>reject</c>).</param>
public sealed record SpamVerdict(double Score, string Action)
{
    /// <summary>The score from which the scanner would refuse; null when it does not say.</summary>
    public double? RequiredScore { get; init; }

    /// <summary>The scanner proposes to mark, refuse or hide the mail, or the score reaches the required one.</summary>
    public bool IsSpam => Action is "add header" or "rewrite subject" or "quarantine" or "reject" or "discard"
        || (RequiredScore is { } required && Score >= required);

    /// <summary>Its tests that fired, with the score of each.</summary>
    public IReadOnlyDictionary<string, double> Symbols { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);
}
