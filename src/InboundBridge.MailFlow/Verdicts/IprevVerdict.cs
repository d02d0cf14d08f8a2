namespace InboundBridge.MailFlow.Verdicts;

/// <summary>The PTR record of the client and its confirmation (RFC 8601 §2.7.3).</summary>
/// <param name="Result">None, Pass, Fail, TempError or PermError (no PTR record).</param>
/// <param name="Name">The confirmed name, in lower case without the final dot; null unless it passes.</param>
public sealed record IprevVerdict(CheckResult Result, string? Name = null)
{
    public static IprevVerdict NotAsked { get; } = new(CheckResult.None);

    /// <summary>
    /// With Fail: the names of the PTR records, none of which leads back to the client. Known while the client is connected; not stored.
    /// </summary>
    public IReadOnlyList<string> Unconfirmed { get; init; } = [];
}
