using System.Globalization;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>The prefix lengths behind <c>a</c> and <c>mx</c>: <c>/24</c>, <c>//64</c> or <c>/24//64</c> (RFC 7208 §5.6).</summary>
internal readonly record struct SpfPrefixes(int Ipv4, int Ipv6)
{
    /// <summary>Takes the lengths off the end of a term. Null when they are no lengths.</summary>
    /// <param name="rest">What stands before them, on return.</param>
    public static SpfPrefixes? TakeOff(ref ReadOnlySpan<char> rest)
    {
        var (ipv4, ipv6) = (SpfNetwork.Ipv4Length, SpfNetwork.Ipv6Length);
        if (rest.LastIndexOf("//") is >= 0 and var two && IsNumber(rest[(two + 2)..]))
        {
            if (Read(rest[(two + 2)..], ipv6) is not { } length)
                return null;
            ipv6 = length;
            rest = rest[..two];
        }
        if (rest.LastIndexOf('/') is >= 0 and var one && IsNumber(rest[(one + 1)..]))
        {
            if (Read(rest[(one + 1)..], ipv4) is not { } length)
                return null;
            ipv4 = length;
            rest = rest[..one];
        }
        return new SpfPrefixes(ipv4, ipv6);
    }

    /// <summary>A decimal number without leading zeros, at most <paramref name="most"/> (at most three digits).</summary>
    public static int? Read(ReadOnlySpan<char> text, int most) =>
        text.Length is > 0 and <= 3 && IsNumber(text) && (text[0] != '0' || text.Length == 1)
            && int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) is var number && number <= most
            ? number : null;

    private static bool IsNumber(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');
}
