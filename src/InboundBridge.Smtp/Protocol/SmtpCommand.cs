namespace InboundBridge.Smtp.Protocol;

/// <summary>One command line, parsed; a closed union. Verbs without arguments of interest share <see cref="Plain"/>.</summary>
internal abstract record SmtpCommand
{
    private SmtpCommand()
    {
    }

    /// <param name="Argument">What follows the verb, trimmed; may be empty.</param>
    public sealed record Plain(string Argument) : SmtpCommand
    {
        public static Plain Empty { get; } = new("");
    }

    /// <summary>EHLO, HELO, LHLO.</summary>
    public sealed record Hello(string Name) : SmtpCommand;

    public sealed record Mail(MailCommand Value) : SmtpCommand;

    public sealed record Rcpt(RcptCommand Value) : SmtpCommand;

    /// <param name="Size">Octets of the chunk that follows the line (RFC 3030 §2).</param>
    public sealed record Bdat(long Size, bool Last) : SmtpCommand;

    /// <param name="Initial">Base64 as given; <c>=</c> is an empty response (RFC 4954 §4); null when absent.</param>
    public sealed record Auth(string Mechanism, string? Initial) : SmtpCommand;

    /// <param name="Attributes">Upper-case name and decoded value; the value is null for <c>[UNAVAILABLE]</c> and <c>[TEMPUNAVAIL]</c>.</param>
    public sealed record Xclient(IReadOnlyList<KeyValuePair<string, string?>> Attributes) : SmtpCommand;
}

/// <summary>What the parser makes of a line: the verb (for counting) and either a command or the reply that refuses it.</summary>
internal readonly record struct SmtpCommandLine(SmtpVerb Verb, SmtpCommand? Command, SmtpReply? Error);
