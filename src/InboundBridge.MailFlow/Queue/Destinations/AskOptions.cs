namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>A destination that can be asked about a mail before the mail is accepted (docs/ask-first.md).</summary>
public sealed record AskOptions
{
    /// <summary>Shorter than any sender's patience: RFC 5321 §4.5.3.2.6 demands ten minutes, and impatient senders wait for five.</summary>
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Configuration <c>mode: sync</c>. Where it is false, a rule may still say so for its deliveries.</summary>
    public bool IsUsual { get; init; }

    /// <summary>Configuration <c>sync_timeout</c>: then the queue takes over. It covers everything, the wait for memory included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
