using System.Numerics;

namespace InboundBridge.Rules.Facts;

/// <summary>A set of facts in one word.</summary>
public readonly record struct FactSet
{
    internal const int Capacity = 64;

    private readonly ulong _bits;

    private FactSet(ulong bits) => _bits = bits;

    public static FactSet None => default;

    public bool IsEmpty => _bits == 0;

    public static FactSet Of(Fact fact) => new(1UL << fact.Index);

    public static FactSet Of(IEnumerable<Fact> facts)
    {
        var set = None;
        foreach (var fact in facts)
            set = set.With(fact);
        return set;
    }

    public FactSet With(FactSet other) => new(_bits | other._bits);

    public FactSet With(Fact fact) => new(_bits | (1UL << fact.Index));

    public FactSet Without(FactSet other) => new(_bits & ~other._bits);

    /// <summary>The facts that both have.</summary>
    public FactSet Intersect(FactSet other) => new(_bits & other._bits);

    public bool Has(Fact fact) => (_bits & (1UL << fact.Index)) != 0;

    /// <summary>From the cheapest to the most expensive.</summary>
    public IReadOnlyList<Fact> ToList()
    {
        var facts = new List<Fact>(BitOperations.PopCount(_bits));
        for (var rest = _bits; rest != 0; rest &= rest - 1)
            facts.Add(Fact.All[BitOperations.TrailingZeroCount(rest)]);
        return [.. facts.OrderBy(fact => fact.Cost)];
    }
}
