using System.Globalization;
using System.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.Domains;

/// <summary>The form in which the checks of the sender compare and look up domain names.</summary>
public static class DomainName
{
    /// <summary>RFC 1035 §2.3.4.</summary>
    private const int Longest = 255;

    private static readonly IdnMapping Idn = new() { AllowUnassigned = true, UseStd3AsciiRules = false };

    /// <summary>
    /// Lower case, A-labels (RFC 5890 §2.3.2.1), no final dot. Null for an empty text and for an address literal. A name that can't exist
    /// keeps its form, because the policy of the domains above it still applies. A name that is too long keeps its last labels behind an
    /// asterisk, so that it equals no other name.
    /// </summary>
    public static string? Canonical(string text)
    {
        var name = text.AsSpan().Trim();
        if (name.EndsWith('.'))
            name = name[..^1];
        if (name.IsEmpty || name[0] == '[' || name is ".")
            return null;
        var canonical = Ascii.IsValid(name) ? Lower(name) : InALabels(name.ToString());
        return canonical.Length <= Longest ? canonical : LastLabels(canonical);
    }

    /// <summary>Whether a name is the domain or below it. Both are canonical.</summary>
    public static bool IsAtOrBelow(string name, string domain) =>
        name.Length == domain.Length
            ? string.Equals(name, domain, StringComparison.Ordinal)
            : name.Length > domain.Length && name[name.Length - domain.Length - 1] == '.'
                && name.EndsWith(domain, StringComparison.Ordinal);

    /// <summary>Whether two domains could belong to the same organization: they share their last two labels. Both are canonical.</summary>
    public static bool Resembles(string name, string author)
    {
        var dot = author.LastIndexOf('.');
        var before = dot > 0 ? author.LastIndexOf('.', dot - 1) : -1;
        return IsAtOrBelow(name, author[(before + 1)..]);
    }

    /// <summary>How many labels two domains have in common, from the last one on. Both are canonical.</summary>
    public static int SharedLabels(string one, string other)
    {
        var shared = 0;
        for (var (left, right) = (one.Length, other.Length); left > 0 && right > 0; shared++)
        {
            var (dot, otherDot) = (one.LastIndexOf('.', left - 1), other.LastIndexOf('.', right - 1));
            if (!one.AsSpan(dot + 1, left - dot - 1).SequenceEqual(other.AsSpan(otherDot + 1, right - otherDot - 1)))
                break;
            (left, right) = (dot, otherDot);
        }
        return shared;
    }

    private static string Lower(ReadOnlySpan<char> name) =>
        name.ContainsAnyInRange('A', 'Z') ? name.ToString().ToLowerInvariant() : name.ToString();

    /// <summary>The dots of RFC 3490 §3.1 separate labels too. A label without an A-label stays as it is.</summary>
    private static string InALabels(string name) =>
        string.Join('.', name.Split(['.', '\u3002', '\uFF0E', '\uFF61']).Select(label => Ascii.IsValid(label) ? label : InALabel(label)))
            .ToLowerInvariant();

    private static string InALabel(string label)
    {
        try
        {
            return Idn.GetAscii(label);
        }
        catch (ArgumentException)
        {
            // The mapping reports failure only by this exception.
            return label;
        }
    }

    private static string LastLabels(string name)
    {
        const string TooLong = "*.";
        var from = name.IndexOf('.', name.Length - Longest + TooLong.Length);
        return from < 0 ? TooLong + name[(name.Length - Longest + TooLong.Length)..] : TooLong + name[(from + 1)..];
    }
}
