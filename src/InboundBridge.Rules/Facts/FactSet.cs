using System.Numerics;

namespace InboundBridge.Rules.Facts;

/// <summary>A set of facts in one word.</summary>
internal readonly record struct FactSet(ulong Bits)
{
    public static FactSet None => default;

    public bool IsEmpty => Bits == 0;

    public static FactSet Of(Fact fact) => new(1UL << (int)fact);

    public static FactSet Of(params ReadOnlySpan<Fact> facts)
    {
        var set = None;
        foreach (var fact in facts)
            set = set.With(fact);
        return set;
    }

    public FactSet With(FactSet other) => new(Bits | other.Bits);

    public FactSet With(Fact fact) => new(Bits | (1UL << (int)fact));

    public bool Has(Fact fact) => (Bits & (1UL << (int)fact)) != 0;

    /// <summary>From the cheapest to the dearest.</summary>
    public IReadOnlyList<Fact> ToList()
    {
        var facts = new List<Fact>(BitOperations.PopCount(Bits));
        for (var rest = Bits; rest != 0; rest &= rest - 1)
            facts.Add((Fact)BitOperations.TrailingZeroCount(rest));
        return [.. facts.OrderBy(fact => FactCatalog.Of(fact).Cost)];
    }
}
