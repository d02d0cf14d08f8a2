namespace InboundBridge.MailFlow.SenderAuthentication.Greylisting;

/// <summary>How long greylisting waits and remembers.</summary>
public sealed record GreylistTerms
{
    /// <summary>How long a stranger has to wait. Postgrey's default, and longer than most programs that send spam try.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long who came back is known after its last mail. Postgrey's default.</summary>
    public TimeSpan Expire { get; init; } = TimeSpan.FromDays(35);

    /// <summary>
    /// How long a stranger is remembered that has not come back. Servers retry for days (RFC 5321 §4.5.4.1), the first times within
    /// hours; Postgrey's default is two days.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromDays(2);

    /// <summary>
    /// From this many senders that came back on, a client is known for every sender: it is a mail server with a queue. Postgrey's default.
    /// </summary>
    public int ClientPasses { get; init; } = 5;
}
