using System.Text;
using System.Text.RegularExpressions;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

/// <summary>
/// The canonical forms of RFC 6376 §3.4 by strings and regular expressions, which shares nothing with the product. Octets are Latin-1
/// characters here.
/// </summary>
internal static partial class SlowCanon
{
    public static string Body(string body, bool relaxed)
    {
        if (!relaxed)
            return LastLineEnds().Replace(body, "") + "\r\n";
        var lines = body.Split("\r\n").Select(line => WhiteSpace().Replace(line, " ")).Select(line => line.TrimEnd(' '));
        var text = LastLineEnds().Replace(string.Join("\r\n", lines), "");
        return text.Length == 0 ? "" : text + "\r\n";
    }

    public static string Field(string field, bool relaxed)
    {
        if (!relaxed)
            return field.EndsWith('\n') ? field : field + "\r\n";
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        var value = WhiteSpace().Replace(LineEnd().Replace(field[(colon + 1)..], ""), " ").Trim(' ');
        var name = field[..colon].TrimEnd(' ', '\t').Select(c => char.IsAscii(c) ? char.ToLowerInvariant(c) : c);
        return $"{new string([.. name])}:{value}\r\n";
    }

    /// <summary>The fields with their line ends, and the body.</summary>
    public static (List<string> Fields, string Body) Divide(string mail)
    {
        var empty = EmptyLine().Match(mail);
        var header = empty.Success ? mail[..(empty.Index + empty.Groups[1].Length)] : mail;
        return ([.. FieldText().Matches(header).Select(match => match.Value)], empty.Success ? mail[(empty.Index + empty.Length)..] : "");
    }

    public static string Name(string field) =>
        field.Contains(':', StringComparison.Ordinal) ? field[..field.IndexOf(':', StringComparison.Ordinal)].TrimEnd(' ', '\t') : "";

    public static byte[] Octets(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(byte[] octets) => Encoding.Latin1.GetString(octets);

    [GeneratedRegex(@"(?:\r\n)+\z")]
    private static partial Regex LastLineEnds();

    [GeneratedRegex(@"[ \t]+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"\r?\n")]
    private static partial Regex LineEnd();

    [GeneratedRegex(@"(\A|\n)\r?\n")]
    private static partial Regex EmptyLine();

    [GeneratedRegex(@"(?:\A|(?<=\n))[^\n]*(?:\n|\z)(?:[ \t][^\n]*(?:\n|\z))*")]
    private static partial Regex FieldText();
}
