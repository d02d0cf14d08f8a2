using System.Collections;

namespace InboundBridge.Rules.Facts;

/// <summary>
/// How facts are read from a <typeparamref name="T"/>, one reader for each. A fact without a reader
/// is an error here; no other fact's value stands in for it.
/// </summary>
public sealed class FactReaders<T> : IEnumerable<Fact>
{
    private readonly Func<T, FactValue>?[] _readers = new Func<T, FactValue>?[Fact.All.Count];

    /// <exception cref="ArgumentException">The fact has a reader already.</exception>
    public void Add(Fact fact, Func<T, FactValue> read)
    {
        if (Has(fact))
            throw new ArgumentException($"'{fact}' has two readers", nameof(fact));
        _readers[fact.Index] = read;
    }

    public bool Has(Fact fact) => _readers[fact.Index] is not null;

    /// <exception cref="ArgumentException">The fact has no reader here.</exception>
    public FactValue Read(Fact fact, T from) =>
        (_readers[fact.Index] ?? throw new ArgumentException($"nothing here supplies '{fact}'", nameof(fact)))(from);

    public IEnumerator<Fact> GetEnumerator() => Fact.All.Where(Has).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
