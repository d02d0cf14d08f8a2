using System.Buffers;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>Reads the terms of a record (RFC 7208 §4.6.1, §12). Any error makes the whole record invalid.</summary>
internal sealed class SpfRecordParser
{
    /// <summary>Characters of a term that are quoted in a problem or shown as the mechanism that matched.</summary>
    private const int LongestShown = 255;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private readonly List<SpfMechanism> _mechanisms = [];
    private SpfMacroText? _redirect;
    private SpfMacroText? _explanation;

    /// <param name="terms">What follows the version.</param>
    public SpfRecord Read(ReadOnlySpan<char> terms)
    {
        foreach (var range in terms.Split(' '))
        {
            var term = terms[range];
            if (term.Length > 0 && !ReadTerm(term))
                return SpfRecord.Invalid($"is not valid: {Shown(term)}");
        }
        return new SpfRecord(_mechanisms, _redirect, _explanation, null);
    }

    private bool ReadTerm(ReadOnlySpan<char> term)
    {
        var mark = term.IndexOfAny(":/=");
        return mark >= 0 && term[mark] == '=' ? ReadModifier(term[..mark], term[(mark + 1)..]) : ReadDirective(term);
    }

    private bool ReadModifier(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        if (name.Equals("redirect", StringComparison.OrdinalIgnoreCase))
            return ReadOnce(ref _redirect, value);
        if (name.Equals("exp", StringComparison.OrdinalIgnoreCase))
            return ReadOnce(ref _explanation, value);
        return name.Length > 0 && char.IsAsciiLetter(name[0]) && !name.ContainsAnyExcept(NameCharacters)
            && SpfMacroParser.IsMacroText(value);
    }

    /// <summary>RFC 7208 §6: redirect and exp stand at most once in a record.</summary>
    private static bool ReadOnce(ref SpfMacroText? modifier, ReadOnlySpan<char> value)
    {
        if (modifier is not null)
            return false;
        modifier = SpfMacroParser.DomainSpec(value);
        return modifier is not null;
    }

    private bool ReadDirective(ReadOnlySpan<char> term)
    {
        var (result, qualified) = term[0] switch
        {
            '+' => (CheckResult.Pass, true),
            '-' => (CheckResult.Fail, true),
            '~' => (CheckResult.SoftFail, true),
            '?' => (CheckResult.Neutral, true),
            _ => (CheckResult.Pass, false),
        };
        var mechanism = qualified ? term[1..] : term;
        var end = mechanism.IndexOfAny(':', '/');
        var name = end < 0 ? mechanism : mechanism[..end];
        var rest = end < 0 ? [] : mechanism[end..];
        if (Create(name, rest, result, Shown(term)) is not { } read)
            return false;
        _mechanisms.Add(read);
        return true;
    }

    private static SpfMechanism? Create(ReadOnlySpan<char> name, ReadOnlySpan<char> rest, CheckResult result, string text)
    {
        if (Is(name, "all"))
            return rest.Length == 0 ? new SpfMechanism.All(result, text) : null;
        if (Is(name, "ip4") || Is(name, "ip6"))
        {
            return rest is [':', ..] && SpfNetwork.Read(Is(name, "ip6"), rest[1..]) is { } range
                ? new SpfMechanism.Network(result, text, range) : null;
        }
        if (Is(name, "a") || Is(name, "mx"))
        {
            if (SpfPrefixes.TakeOff(ref rest) is not { } prefixes || !ReadTarget(rest, out var host))
                return null;
            return Is(name, "a")
                ? new SpfMechanism.Address(result, text, host, prefixes) : new SpfMechanism.Exchangers(result, text, host, prefixes);
        }
        if (!ReadTarget(rest, out var target))
            return null;
        if (Is(name, "ptr"))
            return new SpfMechanism.ClientName(result, text, target);
        if (Is(name, "include") && target is not null)
            return new SpfMechanism.Include(result, text, target);
        return Is(name, "exists") && target is not null ? new SpfMechanism.Exists(result, text, target) : null;
    }

    /// <summary>Nothing, or a colon and a domain-spec.</summary>
    private static bool ReadTarget(ReadOnlySpan<char> rest, out SpfMacroText? target)
    {
        target = rest is [':', ..] ? SpfMacroParser.DomainSpec(rest[1..]) : null;
        return rest.Length == 0 || target is not null;
    }

    private static bool Is(ReadOnlySpan<char> name, string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);

    /// <summary>Octets that are not printable have no place in a log or a header.</summary>
    private static string Shown(ReadOnlySpan<char> term)
    {
        var shown = term[..Math.Min(term.Length, LongestShown)];
        return shown.ContainsAnyExceptInRange(' ', '~')
            ? string.Create(shown.Length, shown, (text, from) =>
            {
                for (var index = 0; index < text.Length; index++)
                    text[index] = from[index] is >= ' ' and <= '~' ? from[index] : '?';
            })
            : shown.ToString();
    }
}
