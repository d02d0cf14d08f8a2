using System.Text;

namespace InboundBridge.Smtp.Protocol;

/// <summary>Verbs by their names on the wire.</summary>
internal static class SmtpVerbTable
{
    private static readonly string[] Names =
    [
        "UNKNOWN", "EHLO", "HELO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "HELP", "VRFY", "EXPN",
        "STARTTLS", "AUTH", "ETRN", "ATRN", "XCLIENT", "SEND", "SOML", "SAML", "TURN",
    ];

    /// <summary>The name in upper case, as in a metric label.</summary>
    public static string Name(SmtpVerb verb) => Names[(int)verb];

    /// <summary>RFC 5321 §2.4: verbs have no case.</summary>
    public static SmtpVerb Match(ReadOnlySpan<byte> word)
    {
        if (word.Length is < 4 or > 8)
            return SmtpVerb.Unknown;
        for (var i = 1; i < Names.Length; i++)
        {
            if (Names[i].Length == word.Length && Ascii.EqualsIgnoreCase(word, Names[i]))
                return (SmtpVerb)i;
        }
        return SmtpVerb.Unknown;
    }
}
