namespace InboundBridge.Smtp.Protocol;

/// <summary>The reply to a command (RFC 5321 §4.2).</summary>
/// <param name="Code">Three digits, 200 to 599.</param>
/// <param name="Enhanced">
/// RFC 3463 code, written before every line; null for replies that have none by RFC 2034 (banner, EHLO, 354).
/// </param>
/// <param name="Text">The text without codes; <c>\n</c> separates the lines of a multi-line reply. Never holds CR.</param>
public sealed record SmtpReply(int Code, EnhancedStatusCode? Enhanced, string Text)
{
    /// <summary>The connection closes after this reply (421, QUIT).</summary>
    public bool Closes { get; init; }

    /// <summary>
    /// The word for metrics and the log, such as <c>unknown_recipient</c>, from a fixed list; null for a reply that needs no explanation.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>The full cause for our own log; never sent to the peer.</summary>
    public string? LogDetail { get; init; }

    /// <summary>The rule of the host that decided the reply, for our own log; never sent to the peer.</summary>
    public string? LogRule { get; init; }

    /// <summary>What the host found out about the sender, for our own log; never sent to the peer. Null where it does not say.</summary>
    public string? LogAuthentication { get; init; }

    /// <summary>What the host's scanners found, for our own log; never sent to the peer. Null where it does not say.</summary>
    public string? LogScan { get; init; }

    public bool IsPositive => Code < 400;

    public bool IsTransientFailure => Code is >= 400 and < 500;

    public bool IsPermanentFailure => Code >= 500;

    public static SmtpReply Create(int code, int subject, int detail, string text, string? reason = null) =>
        new(code, new EnhancedStatusCode(code / 100, subject, detail), text) { Reason = reason };
}
