namespace InboundBridge.Smtp.Protocol;

/// <summary>
/// One parsed command line. A verb whose arguments need no parsing uses
/// <see cref="Plain"/>; a new verb with arguments derives a record of its own.
/// </summary>
internal abstract record SmtpCommand
{
    /// <param name="Argument">The text after the verb, trimmed; may be empty.</param>
    public sealed record Plain(string Argument) : SmtpCommand
    {
        public static Plain Empty { get; } = new("");
    }

    /// <summary>EHLO, HELO and LHLO.</summary>
    public sealed record Hello(string Name) : SmtpCommand;

    public sealed record Mail(MailCommand Value) : SmtpCommand;

    public sealed record Rcpt(RcptCommand Value) : SmtpCommand;

    /// <param name="Size">Octets of the chunk that follows the line (RFC 3030 §2).</param>
    public sealed record Bdat(long Size, bool Last) : SmtpCommand;

    /// <param name="Initial">Base64 as the client sent it; <c>=</c> is an empty response (RFC 4954 §4); null when absent.</param>
    public sealed record Auth(string Mechanism, string? Initial) : SmtpCommand;

    /// <param name="Domains">In canonical form; none: all that the user may collect (RFC 2645 §5.2.1).</param>
    public sealed record Atrn(IReadOnlyList<string> Domains) : SmtpCommand;

    /// <param name="Attributes">
    /// Upper-case name and decoded value; the value is null for <c>[UNAVAILABLE]</c> and <c>[TEMPUNAVAIL]</c>.
    /// </param>
    public sealed record Xclient(IReadOnlyList<KeyValuePair<string, string?>> Attributes) : SmtpCommand
    {
        /// <summary>NAME is <c>[TEMPUNAVAIL]</c>: the proxy could not look it up at that time.</summary>
        public bool IsNameTemporary { get; init; }
    }
}

/// <summary>The result of parsing one line: the verb, which is always counted, and either a command or the reply that refuses it.</summary>
internal readonly record struct SmtpCommandLine(SmtpVerb Verb, SmtpCommand? Command, SmtpReply? Error);
