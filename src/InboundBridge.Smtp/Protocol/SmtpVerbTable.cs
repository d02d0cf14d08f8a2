using System.Text;

namespace InboundBridge.Smtp.Protocol;

/// <summary>Maps verbs to their names on the wire and back.</summary>
internal static class SmtpVerbTable
{
    private static readonly string[] Names = Array.ConvertAll(Enum.GetNames<SmtpVerb>(), static name => name.ToUpperInvariant());

    private static readonly int Longest = Names.Max(name => name.Length);

    /// <summary>The name in upper case, as in a metric label.</summary>
    public static string Name(SmtpVerb verb) => Names[(int)verb];

    /// <summary>Ignores case (RFC 5321 §2.4).</summary>
    public static SmtpVerb Match(ReadOnlySpan<byte> word)
    {
        if (word.Length < 4 || word.Length > Longest)
            return SmtpVerb.Unknown;
        for (var i = 1; i < Names.Length; i++)
        {
            if (Names[i].Length == word.Length && Ascii.EqualsIgnoreCase(word, Names[i]))
                return (SmtpVerb)i;
        }
        return SmtpVerb.Unknown;
    }
}
