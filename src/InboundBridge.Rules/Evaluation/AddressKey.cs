using InboundBridge.Rules.Conditions;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;

namespace InboundBridge.Rules.Evaluation;

internal enum AddressKeyKind
{
    /// <summary>The whole address.</summary>
    Address = 'A',

    /// <summary>The local part, in any domain.</summary>
    Local = 'L',

    /// <summary>The beginning of the address (it may be empty), in a given domain or, if the domain is empty, in any.</summary>
    Prefix = 'P',
}

/// <summary>A key of the index: a property that an address must have for a rule to match.</summary>
internal readonly record struct AddressKey(AddressKeyKind Kind, string Text, string Domain = "")
{
    /// <summary>Longer beginnings are cut, because each length in use costs one more look-up for every address.</summary>
    public const int LongestPrefix = 12;

    /// <summary>The key is only a domain, which many rules may share.</summary>
    public bool IsDomain => Kind == AddressKeyKind.Prefix && Text.Length == 0;

    /// <summary>A matching recipient has one of these keys; null when any recipient may match.</summary>
    public static IReadOnlyList<AddressKey>? OfRecipient(Condition condition) =>
        Of(condition, static asked => asked is RecipientCondition recipient ? Of(recipient.Value, recipient.Part) : null);

    /// <summary>A matching sender has one of these keys; null when any sender may match.</summary>
    public static IReadOnlyList<AddressKey>? OfSender(Condition condition) =>
        Of(condition, static asked => asked switch
        {
            FactCondition address when address.Fact == Fact.Sender => Of(address.Value, AddressPart.Address),
            FactCondition domain when domain.Fact == Fact.SenderDomain => Of(domain.Value, AddressPart.Domain),
            _ => null,
        });

    private static IReadOnlyList<AddressKey>? Of(Condition condition, Func<Condition, IReadOnlyList<AddressKey>?> ofOne)
    {
        switch (condition)
        {
            case AllCondition all:
                return all.Children.Select(child => Of(child, ofOne)).OfType<IReadOnlyList<AddressKey>>().MinBy(keys => keys.Count);
            case AnyCondition any:
                var branches = any.Children.Select(child => Of(child, ofOne)).ToList();
                return branches.Contains(null) ? null : [.. branches.SelectMany(keys => keys!).Distinct()];
            default:
                return ofOne(condition);
        }
    }

    private static IReadOnlyList<AddressKey>? Of(ValuePattern pattern, AddressPart part) => pattern switch
    {
        TextSetPattern set => Union(set.Patterns, part),
        AnyOfPattern any => Union(any.Patterns, part),
        ObjectPattern { Tests: var tests } =>
            tests.Select(test => Of(test, part)).OfType<IReadOnlyList<AddressKey>>().MinBy(keys => keys.Count),
        LiteralPattern literal => part switch
        {
            AddressPart.Address => [new AddressKey(AddressKeyKind.Address, literal.Text)],
            AddressPart.Local => [new AddressKey(AddressKeyKind.Local, literal.Text)],
            AddressPart.Domain => [new AddressKey(AddressKeyKind.Prefix, string.Empty, literal.Text)],
            _ => null,
        },
        RegexPattern { Prefix.Length: > 0 } regex when part is AddressPart.Address or AddressPart.Local =>
            Fixed(regex.Prefix, string.Empty),
        GlobPattern glob => part switch
        {
            AddressPart.Address => Fixed(glob.Prefix, glob.Suffix),
            AddressPart.Local => Fixed(glob.Prefix, string.Empty),
            _ => null,
        },
        _ => null,
    };

    private static List<AddressKey>? Union(IReadOnlyList<ValuePattern> patterns, AddressPart part)
    {
        var keys = new List<AddressKey>();
        foreach (var pattern in patterns)
        {
            if (Of(pattern, part) is not { } own)
                return null;
            keys.AddRange(own);
        }
        return keys;
    }

    private static IReadOnlyList<AddressKey>? Fixed(string prefix, string suffix)
    {
        var domain = suffix.LastIndexOf('@') is >= 0 and var at ? suffix[(at + 1)..] : string.Empty;
        if (prefix.Length > LongestPrefix)
            prefix = prefix[..LongestPrefix];
        return prefix.Length == 0 && domain.Length == 0 ? null : [new AddressKey(AddressKeyKind.Prefix, prefix, domain)];
    }
}
