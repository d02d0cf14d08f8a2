using System.Text;
using InboundBridge.Text;

namespace InboundBridge.Rules.Templates;

/// <summary>Where a filled-in value is used. Each context has its own injection attack.</summary>
internal enum TemplateContext
{
    /// <summary>Vars, tags, hold reasons and JSON strings: unchanged (the JSON writer escapes).</summary>
    Text,

    /// <summary>Percent-encoded, RFC 3986 unreserved characters excepted; no dot segments.</summary>
    Url,

    /// <summary>Without line breaks and controls, which could start another header field.</summary>
    Header,

    /// <summary>One line of printable ASCII (RFC 5321 §4.2), of limited length.</summary>
    SmtpText,

    /// <summary>Without white space, controls and angle brackets, which could end a path.</summary>
    Address,
}

/// <summary>Escapes values from mail for the context that they are filled into.</summary>
internal static class TemplateEscape
{
    /// <summary>RFC 5321 §4.5.3.1.5 limits a reply line to 512 octets; codes and the author's own words need some of them.</summary>
    private const int LongestSmtpText = 300;

    /// <summary>Characters of one value in a URL, a header field or an address.</summary>
    private const int LongestValue = 2000;

    public static string Escape(string value, TemplateContext context) => context switch
    {
        TemplateContext.Url => UrlFilling.Escape(UrlText(value)),
        TemplateContext.Header => Replace(CutText.At(value, LongestValue), IsLineOrControl, ' '),
        TemplateContext.SmtpText => Replace(CutText.At(value, LongestSmtpText), letter => letter is < ' ' or > '~', '?'),
        TemplateContext.Address =>
            Remove(CutText.At(value, LongestValue), letter => letter <= ' ' || letter is '<' or '>' or '\u007f' || IsLineOrControl(letter)),
        _ => value,
    };

    /// <summary>Prepares a value for percent-encoding: cuts it, and replaces lone surrogates.</summary>
    public static string UrlText(string value) => Replace(CutText.At(value, LongestValue), char.IsSurrogate, '\uFFFD', pairsToo: false);

    private static bool IsLineOrControl(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029';

    private static string Replace(string value, Func<char, bool> bad, char with, bool pairsToo = true)
    {
        if (!value.Any(bad))
            return value;
        var clean = new StringBuilder(value.Length);
        for (var index = 0; index < value.Length; index++)
        {
            if (!pairsToo && index + 1 < value.Length && char.IsSurrogatePair(value[index], value[index + 1]))
            {
                clean.Append(value, index++, 2);
                continue;
            }
            clean.Append(bad(value[index]) ? with : value[index]);
        }
        return clean.ToString();
    }

    private static string Remove(string value, Func<char, bool> bad) =>
        value.Any(bad) ? string.Concat(value.Where(letter => !bad(letter))) : value;
}
