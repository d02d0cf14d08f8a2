using InboundBridge.Rules.Conditions;
using InboundBridge.Rules.Patterns;

namespace InboundBridge.Rules.Evaluation;

internal enum RecipientKeyKind
{
    /// <summary>The whole address.</summary>
    Address = 'A',

    /// <summary>The local part, in any domain.</summary>
    Local = 'L',

    /// <summary>The beginning of the address (maybe nothing), in one domain or (empty) in any.</summary>
    Prefix = 'P',
}

/// <summary>Something that an address must have for a rule to match: what the index is keyed by.</summary>
internal readonly record struct RecipientKey(RecipientKeyKind Kind, string Text, string Domain = "")
{
    /// <summary>Longer beginnings are cut: each length in use costs one more look-up for every recipient.</summary>
    public const int LongestPrefix = 12;

    /// <summary>An address that matches has one of these keys; null when it may be any address.</summary>
    public static IReadOnlyList<RecipientKey>? Of(Condition condition)
    {
        switch (condition)
        {
            case RecipientCondition recipient:
                return Of(recipient.Value, recipient.Part);
            case AllCondition all:
                return all.Children.Select(Of).OfType<IReadOnlyList<RecipientKey>>().MinBy(keys => keys.Count);
            case AnyCondition any:
                var branches = any.Children.Select(Of).ToList();
                return branches.Contains(null) ? null : [.. branches.SelectMany(keys => keys!).Distinct()];
            default:
                return null;
        }
    }

    private static IReadOnlyList<RecipientKey>? Of(ValuePattern pattern, RecipientPart part) => pattern switch
    {
        TextSetPattern set => Union(set.Patterns, part),
        AnyOfPattern any => Union(any.Patterns, part),
        ObjectPattern { Tests: var tests } => tests.Select(test => Of(test, part)).OfType<IReadOnlyList<RecipientKey>>().MinBy(keys => keys.Count),
        LiteralPattern literal => part switch
        {
            RecipientPart.Address => [new RecipientKey(RecipientKeyKind.Address, literal.Text)],
            RecipientPart.Local => [new RecipientKey(RecipientKeyKind.Local, literal.Text)],
            RecipientPart.Domain => [new RecipientKey(RecipientKeyKind.Prefix, string.Empty, literal.Text)],
            _ => null,
        },
        RegexPattern { Prefix.Length: > 0 } regex when part is RecipientPart.Address or RecipientPart.Local => Fixed(regex.Prefix, string.Empty),
        GlobPattern glob => part switch
        {
            RecipientPart.Address => Fixed(glob.Prefix, glob.Suffix),
            RecipientPart.Local => Fixed(glob.Prefix, string.Empty),
            _ => null,
        },
        _ => null,
    };

    private static List<RecipientKey>? Union(IReadOnlyList<ValuePattern> patterns, RecipientPart part)
    {
        var keys = new List<RecipientKey>();
        foreach (var pattern in patterns)
        {
            if (Of(pattern, part) is not { } own)
                return null;
            keys.AddRange(own);
        }
        return keys;
    }

    private static IReadOnlyList<RecipientKey>? Fixed(string prefix, string suffix)
    {
        var domain = suffix.LastIndexOf('@') is >= 0 and var at ? suffix[(at + 1)..] : string.Empty;
        if (prefix.Length > LongestPrefix)
            prefix = prefix[..LongestPrefix];
        return prefix.Length == 0 && domain.Length == 0 ? null : [new RecipientKey(RecipientKeyKind.Prefix, prefix, domain)];
    }
}
