using System.Buffers;

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
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&*+-.^_`{|}~");

    /// <summary>
    /// Those of RFC 5322 §3.2.3 that are no tspecials either. Apostrophe and percent sign are left out: some readers stop there.
    /// </summary>
    private static readonly SearchValues<char> LocalPart =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&*+-.^_`{|}~");

    /// <summary>Printable ASCII that needs no escape in a quoted string.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create(
            [.. Enumerable.Range(' ', '\x7F' - ' ').Select(code => (char)code).Where(character => character is not ('"' or '\\'))]);

    private static readonly SearchValues<char> Name =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>A token, or a quoted string.</summary>
    public static string Of(string value) =>
        value.Length is > 0 and <= Longest && !value.AsSpan().ContainsAnyExcept(Token) ? value : Quote(value, Longest);

    /// <summary>A domain, selector or algorithm: never quoted. What can't be part of one is replaced.</summary>
    public static string OfName(string name) =>
        name.Length is > 0 and <= Longest && !name.AsSpan().ContainsAnyExcept(Name)
            ? name
            : string.Create(Math.Clamp(name.Length, 1, Longest), name, static (clean, name) =>
            {
                for (var index = 0; index < clean.Length; index++)
                    clean[index] = index < name.Length && Name.Contains(name[index]) ? name[index] : '_';
            });

    /// <summary>
    /// <c>local@domain</c>, quoted where it is not that simple. Of an address that is too long, not printable ASCII or needs quotes itself,
    /// only the domain is named.
    /// </summary>
    /// <param name="domain">That domain.</param>
    public static string OfAddress(string address, string domain) =>
        IsSimple(address) ? address
        : address.Length > Longest || address.AsSpan().ContainsAnyExcept(Plain) ? OfName(domain)
        : Quote(address, Longest);

    /// <summary>
    /// <c>local@domain</c> or <c>@domain</c>, never quoted: some readers take quotes only at the end of a result. Of an identity that is
    /// not that simple, only the domain is named.
    /// </summary>
    /// <param name="domain">That domain.</param>
    public static string OfIdentity(string identity, string domain) => IsSimple(identity) ? identity : "@" + OfName(domain);

    /// <summary>
    /// A quoted string. Quotes and backslashes in it are replaced rather than escaped, because readers exist that stumble over escapes.
    /// </summary>
    /// <param name="most">Characters that are kept.</param>
    public static string Quote(string text, int most) =>
        string.Create(Math.Min(text.Length, most) + 2, text, static (quoted, text) =>
        {
            quoted[0] = quoted[^1] = '"';
            for (var index = 1; index < quoted.Length - 1; index++)
                quoted[index] = Plain.Contains(text[index - 1]) ? text[index - 1] : '?';
        });

    private static bool IsSimple(string address)
    {
        var at = address.LastIndexOf('@');
        var local = address.AsSpan(0, Math.Max(at, 0));
        var domain = address.AsSpan(at + 1);
        return at >= 0 && domain.Length is > 0 and <= Longest && local.Length <= LongestLocalPart
            && !domain.ContainsAnyExcept(Name) && !local.ContainsAnyExcept(LocalPart)
            && !local.StartsWith('.') && !local.EndsWith('.') && !local.Contains("..", StringComparison.Ordinal);
    }
}
