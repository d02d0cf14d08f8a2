using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Scripting;

namespace InboundBridge.Rules.Testing;

/// <summary>Remembers what the rules ask about a mail.</summary>
internal sealed class AskedFacts(MessageFacts below) : MessageFacts
{
    private readonly HashSet<Fact> _facts = [];
    private readonly HashSet<string> _headers = new(StringComparer.OrdinalIgnoreCase);

    public bool AskedForId { get; private set; }

    /// <summary>A script ran, which may have read everything.</summary>
    public bool AskedForAll { get; private set; }

    public IEnumerable<Fact> Facts => Fact.All.Where(_facts.Contains);

    public IEnumerable<string> Headers => _headers.Order(StringComparer.OrdinalIgnoreCase);

    public override string Id
    {
        get
        {
            AskedForId = true;
            return below.Id;
        }
    }

    public override FactSet Suppliable => below.Suppliable;

    public override IReadOnlyList<KeyValuePair<string, string>> HeaderFields
    {
        get
        {
            AskedForAll = true;
            return below.HeaderFields;
        }
    }

    internal override ScriptAccount Scripts => below.Scripts;

    /// <summary>The value, which is not counted as asked for.</summary>
    public FactValue Peek(Fact fact) => below.Get(fact);

    public FactValue PeekHeader(string name) => below.Header(name);

    public override FactValue Get(Fact fact)
    {
        _facts.Add(fact);
        return below.Get(fact);
    }

    public override bool IsKnown(Fact fact)
    {
        _facts.Add(fact);
        return below.IsKnown(fact);
    }

    public override FactValue Header(string name)
    {
        _headers.Add(name);
        return below.Header(name);
    }

    public override ValueTask SupplyAsync(FactSet facts, CancellationToken cancellationToken) =>
        below.SupplyAsync(facts, cancellationToken);

    public override string? FailureOf(Fact fact) => below.FailureOf(fact);

    public override ValueTask<ScriptData?> ReadMessageJsonAsync(IReadOnlySet<string>? members, CancellationToken cancellationToken)
    {
        AskedForAll = true;
        return below.ReadMessageJsonAsync(members, cancellationToken);
    }
}
