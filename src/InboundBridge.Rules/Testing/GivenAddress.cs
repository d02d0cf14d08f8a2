using System.Buffers;

namespace InboundBridge.Rules.Testing;

/// <summary>
/// Tells addresses of rule tests that no mail can have. It is more lenient than SMTP: it looks for mistakes, not for odd mailboxes.
/// </summary>
internal static class GivenAddress
{
    /// <summary>RFC 5321 §4.5.3.1.3, without the angle brackets.</summary>
    private const int Longest = 254;

    private static readonly SearchValues<char> NotInMailbox = SearchValues.Create(" \t\r\n@<>,;\\");

    private static readonly SearchValues<char> NotInDomain = SearchValues.Create(" \t\r\n@<>(),;\\\"*?/{}'");

    /// <summary>What is wrong with it; null for an address.</summary>
    public static string? Problem(string address)
    {
        var at = address.LastIndexOf('@');
        // RFC 5321 §4.5.1: the only mailbox that needs no domain.
        if (at < 0)
            return address.Equals("postmaster", StringComparison.OrdinalIgnoreCase) ? null : "it has no domain";
        var local = address.AsSpan(0, at);
        var domain = address.AsSpan(at + 1);
        return local.IsEmpty ? "it has no mailbox in front of the at sign"
            : domain.IsEmpty ? "it has no domain"
            : address.Length > Longest ? $"it has more than {Longest} characters"
            : local[0] != '"' && local.ContainsAny(NotInMailbox) ? "its mailbox has characters that none has"
            : domain[0] == '[' ? null
            : IsDomain(domain) ? null : "its domain is none";
    }

    private static bool IsDomain(ReadOnlySpan<char> domain) => !domain.ContainsAny(NotInDomain)
        && !domain.StartsWith('.') && !domain.EndsWith('.') && !domain.Contains("..", StringComparison.Ordinal);
}
