using System.Buffers;
using System.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.ResultsField;

/// <summary>
/// Encodes values of the field (RFC 8601 §2.2). Only printable ASCII comes out, in one word that nothing in it can end: mail can neither
/// add a result nor a line.
/// </summary>
internal static class ResultsValue
{
    /// <summary>RFC 1035 §2.3.4: no domain is longer.</summary>
    private const int Longest = 255;

    /// <summary>RFC 5321 §4.5.3.1.1.</summary>
    private const int LongestLocalPart = 64;

    /// <summary>RFC 2045 §5.1: printable ASCII except the tspecials.</summary>
    private static readonly SearchValues<char> Token =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`{|}~");

    /// <summary>
    /// Those of RFC 5322 §3.2.3 that are no tspecials either. Apostrophe and percent sign are left out: some readers stop there.
    /// </summary>
    private static readonly SearchValues<char> LocalPart =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&*+-.^_`{|}~");

    private static readonly SearchValues<char> Domain =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>A token, or a quoted string.</summary>
    public static string Of(string value) =>
        value.Length is > 0 and <= Longest && !value.AsSpan().ContainsAnyExcept(Token) ? value : Quote(value, Longest);

    /// <summary>
    /// <c>local@domain</c> or <c>@domain</c>, quoted where it is not that simple. Of an address that is not printable ASCII, or too long,
    /// the domain alone is named.
    /// </summary>
    /// <param name="otherwise">That domain.</param>
    public static string OfAddress(string address, string otherwise)
    {
        var at = address.LastIndexOf('@');
        var local = at < 0 ? default : address.AsSpan(0, at);
        var domain = address.AsSpan(at + 1);
        if (local.Length > LongestLocalPart || domain.Length > Longest || !Ascii.IsValid(address) || ContainsControl(address))
            return Of(otherwise);
        if (domain.Length > 0 && !domain.ContainsAnyExcept(Domain) && !local.ContainsAnyExcept(LocalPart) && AreDotsBetween(local))
            return address;
        return Quote(address, Longest + LongestLocalPart);
    }

    /// <param name="most">Characters that are kept.</param>
    public static string Quote(string text, int most)
    {
        var quoted = new StringBuilder(Math.Min(text.Length, most) + 2).Append('"');
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, most)))
        {
            if (character is '"' or '\\')
                quoted.Append('\\').Append(character);
            else
                quoted.Append(character is >= ' ' and < '\x7F' ? character : '?');
        }
        return quoted.Append('"').ToString();
    }

    private static bool ContainsControl(string text) => text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool AreDotsBetween(ReadOnlySpan<char> local) =>
        !local.StartsWith('.') && !local.EndsWith('.') && !local.Contains("..", StringComparison.Ordinal);
}
