using System.Buffers;
using System.Globalization;
using System.Text;

namespace InboundBridge.Smtp.Protocol;

/// <summary>
/// Parses a command line without its CRLF into a command, or into the reply that refuses it. Does no I/O, keeps no state and never throws.
/// A verb with arguments of its own gets a case in <see cref="Argument"/>.
/// </summary>
internal static class SmtpCommandParser
{
    /// <summary>The longest line that can be parsed on the stack; the line reader's limit lies below it by default.</summary>
    private const int StackLine = 2048;

    /// <summary>
    /// Nearly all lines are shorter than this. The stack buffer is zeroed for every command, so a long one would cost each of them.
    /// </summary>
    private const int UsualLine = 128;

    /// <summary>RFC 3030 §2 sets no limit; a number with more digits exceeds every disk.</summary>
    private const int ChunkDigits = 18;

    /// <summary>
    /// The chunk's octets follow whatever we reply. Without a valid size we would read them as commands, so the connection closes.
    /// </summary>
    private static readonly SmtpReply BadChunk = SmtpReplies.BadArguments with { Closes = true };

    /// <param name="line">The octets of the line.</param>
    /// <param name="smtpUtf8">Whether the transaction asked for SMTPUTF8; RCPT and VRFY depend on it.</param>
    /// <param name="syntax">Which addresses are accepted.</param>
    public static SmtpCommandLine Parse(ReadOnlySpan<byte> line, bool smtpUtf8, SmtpAddressSyntax syntax = SmtpAddressSyntax.Standard)
    {
        line = line.TrimEnd(" \t"u8);
        var wordEnd = line.IndexOf((byte)' ');
        var verb = SmtpVerbTable.Match(wordEnd < 0 ? line : line[..wordEnd]);
        if (verb == SmtpVerb.Unknown)
            return new SmtpCommandLine(verb, null, SmtpReplies.UnknownCommand);
        var argument = wordEnd < 0 ? [] : line[(wordEnd + 1)..].TrimStart((byte)' ');
        // No command may hold NUL, tab, bare CR and the like (RFC 5321 §4.1.2); they would also break logs and header fields.
        if (!PeerText.IsClean(argument))
            return new SmtpCommandLine(verb, null, verb == SmtpVerb.Bdat ? BadChunk : SmtpReplies.BadCharacters);
        if (argument.IsEmpty)
            return Assemble(verb, [], smtpUtf8, syntax);
        if (argument.Length > StackLine)
            return Assemble(verb, Encoding.UTF8.GetString(argument), smtpUtf8, syntax);
        Span<char> text = argument.Length <= UsualLine ? stackalloc char[UsualLine] : stackalloc char[StackLine];
        return Assemble(verb, text[..Encoding.UTF8.GetChars(argument, text)], smtpUtf8, syntax);
    }

    private static SmtpCommandLine Assemble(SmtpVerb verb, ReadOnlySpan<char> argument, bool smtpUtf8, SmtpAddressSyntax syntax)
    {
        var (command, error) = Argument(verb, argument, smtpUtf8, syntax);
        return new SmtpCommandLine(verb, command, error);
    }

    private static (SmtpCommand? Command, SmtpReply? Error) Argument(
        SmtpVerb verb, ReadOnlySpan<char> text, bool smtpUtf8, SmtpAddressSyntax syntax)
    {
        switch (verb)
        {
            case SmtpVerb.Ehlo or SmtpVerb.Helo or SmtpVerb.Lhlo:
                return IsHelloName(text) ? (new SmtpCommand.Hello(text.ToString()), null) : (null, SmtpReplies.BadArguments);
            case SmtpVerb.Mail:
                return Mail(text, syntax);
            case SmtpVerb.Rcpt:
                return Rcpt(text, smtpUtf8, syntax);
            case SmtpVerb.Bdat:
                return Bdat(text);
            case SmtpVerb.Auth:
                return Auth(text);
            case SmtpVerb.Atrn:
                return Atrn(text);
            case SmtpVerb.Xclient:
                return XclientParser.Parse(text);
            case SmtpVerb.Data or SmtpVerb.Rset or SmtpVerb.Quit or SmtpVerb.StartTls:
                return text.IsEmpty ? (SmtpCommand.Plain.Empty, null) : (null, SmtpReplies.NoArguments);
            case SmtpVerb.Vrfy or SmtpVerb.Expn or SmtpVerb.Etrn when text.IsEmpty:
                return (null, SmtpReplies.BadArguments);
            default:
                return (text.IsEmpty ? SmtpCommand.Plain.Empty : new SmtpCommand.Plain(text.ToString()), null);
        }
    }

    /// <summary>
    /// RFC 5321 §4.1.1.1 asks for a domain or an address literal. Other names are common and harmless, and §4.1.4 forbids us to refuse a
    /// client because its name does not verify. We refuse only names that could not stand in a header field.
    /// </summary>
    internal static bool IsHelloName(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 255)
            return false;
        return text[0] == '[' ? HelloLiteral.Canonical(text) is not null : !text.ContainsAny(NotInHello);
    }

    private static readonly SearchValues<char> NotInHello = SearchValues.Create(" ()<>@,;\\\"[]");

    private static (SmtpCommand?, SmtpReply?) Mail(ReadOnlySpan<char> text, SmtpAddressSyntax syntax)
    {
        if (!text.StartsWith("FROM:", StringComparison.OrdinalIgnoreCase))
            return (null, SmtpReplies.BadArguments);
        var (mail, error) = MailParser.Parse(text["FROM:".Length..].TrimStart(' '), syntax);
        return (mail is null ? null : new SmtpCommand.Mail(mail), error);
    }

    private static (SmtpCommand?, SmtpReply?) Rcpt(ReadOnlySpan<char> text, bool smtpUtf8, SmtpAddressSyntax syntax)
    {
        if (!text.StartsWith("TO:", StringComparison.OrdinalIgnoreCase))
            return (null, SmtpReplies.BadArguments);
        var (rcpt, error) = RcptParser.Parse(text["TO:".Length..].TrimStart(' '), smtpUtf8, syntax);
        return (rcpt is null ? null : new SmtpCommand.Rcpt(rcpt), error);
    }

    private static (SmtpCommand?, SmtpReply?) Bdat(ReadOnlySpan<char> text)
    {
        var space = text.IndexOf(' ');
        var digits = space < 0 ? text : text[..space];
        var last = space >= 0;
        if (digits.Length is 0 or > ChunkDigits || digits.ContainsAnyExceptInRange('0', '9')
            || (last && !text[space..].Trim(' ').Equals("LAST", StringComparison.OrdinalIgnoreCase)))
            return (null, BadChunk);
        return (new SmtpCommand.Bdat(long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture), last), null);
    }

    private static (SmtpCommand?, SmtpReply?) Auth(ReadOnlySpan<char> text)
    {
        var space = text.IndexOf(' ');
        var mechanism = space < 0 ? text : text[..space];
        if (mechanism.Length is 0 or > 20)
            return (null, SmtpReplies.BadArguments);
        var initial = space < 0 ? null : text[space..].Trim(' ').ToString();
        return initial is not null && initial.Contains(' ', StringComparison.Ordinal)
            ? (null, SmtpReplies.BadArguments)
            : (new SmtpCommand.Auth(mechanism.ToString().ToUpperInvariant(), initial), null);
    }

    /// <summary>RFC 2645 §5.2.1; blanks around the commas are tolerated. Mail is collected for names, not for address literals.</summary>
    private static (SmtpCommand?, SmtpReply?) Atrn(ReadOnlySpan<char> text)
    {
        var domains = new List<string>();
        if (text.IsEmpty)
            return (new SmtpCommand.Atrn(domains), null);
        foreach (var range in text.Split(','))
        {
            if (SmtpDomain.Canonical(text[range].Trim(' ')) is not { } domain || domain[0] == '[')
                return (null, SmtpReplies.BadArguments);
            domains.Add(domain);
        }
        return (new SmtpCommand.Atrn(domains), null);
    }
}
