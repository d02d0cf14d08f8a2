using System.Globalization;

namespace InboundBridge.Smtp.Protocol;

/// <summary>Parses MAIL with its parameters.</summary>
internal static class MailParser
{
    /// <summary>RFC 3461 §4.4.</summary>
    private const int LongestEnvelopeId = 100;

    /// <summary>RFC 4954 §5.</summary>
    private const int LongestAuth = 500;

    [Flags]
    private enum Seen
    {
        None = 0,
        Size = 1,
        Body = 2,
        SmtpUtf8 = 4,
        Return = 8,
        EnvelopeId = 16,
        Auth = 32,
        RequireTls = 64,
        Solicit = 128,
    }

    /// <param name="text">The text after <c>FROM:</c>.</param>
    /// <param name="syntax">Which addresses are accepted.</param>
    public static (MailCommand? Command, SmtpReply? Error) Parse(ReadOnlySpan<char> text, SmtpAddressSyntax syntax)
    {
        if (!SmtpPath.TryRead(ref text, syntax, out var path, out var nonAscii) || path is { Domain: "" })
            return (null, SmtpReplies.BadSender);
        var mail = new MailCommand(path);
        var seen = Seen.None;
        var parameters = new EsmtpParameters(text);
        while (parameters.MoveNext())
        {
            var key = Keyword(parameters);
            if (key == Seen.None)
                return (null, SmtpReplies.UnknownParameter);
            if ((seen & key) != Seen.None || Apply(mail, key, parameters) is not { } applied)
                return (null, SmtpReplies.BadParameter);
            seen |= key;
            mail = applied;
        }
        if (parameters.Malformed)
            return (null, SmtpReplies.BadParameter);
        return nonAscii && !mail.SmtpUtf8 ? (null, SmtpReplies.NeedsUtf8) : (mail, null);
    }

    private static Seen Keyword(in EsmtpParameters parameter) =>
        parameter.Is("SIZE") ? Seen.Size
        : parameter.Is("BODY") ? Seen.Body
        : parameter.Is("SMTPUTF8") ? Seen.SmtpUtf8
        : parameter.Is("RET") ? Seen.Return
        : parameter.Is("ENVID") ? Seen.EnvelopeId
        : parameter.Is("AUTH") ? Seen.Auth
        : parameter.Is("REQUIRETLS") ? Seen.RequireTls
        : parameter.Is("SOLICIT") ? Seen.Solicit
        : Seen.None;

    /// <summary>Null when the parameter does not allow the value.</summary>
    private static MailCommand? Apply(MailCommand mail, Seen key, in EsmtpParameters parameter) => key switch
    {
        Seen.Size => Size(parameter) is { } size ? mail with { Size = size } : null,
        Seen.Body => Body(parameter) is { } body ? mail with { Body = body } : null,
        Seen.SmtpUtf8 => parameter.HasValue ? null : mail with { SmtpUtf8 = true },
        Seen.RequireTls => parameter.HasValue ? null : mail with { RequireTls = true },
        Seen.Return => Return(parameter) is { } @return ? mail with { Return = @return } : null,
        Seen.EnvelopeId => Text(parameter, LongestEnvelopeId) is { } id ? mail with { EnvelopeId = id } : null,
        Seen.Auth => Text(parameter, LongestAuth) is { } user ? mail with { AuthorizedAs = user } : null,
        Seen.Solicit => parameter.HasValue ? mail with { Solicit = parameter.Value.ToString() } : null,
        _ => null,
    };

    /// <summary>
    /// RFC 1870 §4 allows 20 digits, which may exceed a long. Such a size exceeds every limit, so the largest long stands for it.
    /// </summary>
    private static long? Size(in EsmtpParameters parameter)
    {
        if (parameter.Value.Length is 0 or > 20 || parameter.Value.ContainsAnyExceptInRange('0', '9'))
            return null;
        return long.TryParse(parameter.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : long.MaxValue;
    }

    private static SmtpBodyType? Body(in EsmtpParameters parameter) =>
        parameter.ValueIs("7BIT") ? SmtpBodyType.SevenBit
        : parameter.ValueIs("8BITMIME") ? SmtpBodyType.EightBitMime
        : parameter.ValueIs("BINARYMIME") ? SmtpBodyType.BinaryMime
        : null;

    private static DsnReturn? Return(in EsmtpParameters parameter) =>
        parameter.ValueIs("FULL") ? DsnReturn.Full : parameter.ValueIs("HDRS") ? DsnReturn.Headers : null;

    private static string? Text(in EsmtpParameters parameter, int longest) =>
        parameter.Value.Length is 0 || parameter.Value.Length > longest ? null : Xtext.Decode(parameter.Value);
}
