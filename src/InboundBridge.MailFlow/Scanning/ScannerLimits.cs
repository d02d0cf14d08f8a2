namespace InboundBridge.MailFlow.Scanning;

/// <summary>What a scanner may cost.</summary>
public sealed record ScannerLimits
{
    /// <summary>
    /// The longest time-out that can be set. SMTP clients wait ten minutes for the reply to the data (RFC 5321 §4.5.3.2.6), and two
    /// scanners may be asked one after the other.
    /// </summary>
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(4);

    /// <summary>
    /// From the wait for a place to the whole answer. Our choice: rspamd's own time-out of a task is 8 s, and SMTP clients wait ten minutes
    /// for the reply to the data (RFC 5321 §4.5.3.2.6).
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Mails at the same time; others wait for a place. Our choice: clamd's default is 10 threads, and more requests only wait there.
    /// </summary>
    public int Concurrency { get; init; } = 10;
}
