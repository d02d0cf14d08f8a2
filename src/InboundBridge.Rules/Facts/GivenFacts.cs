namespace InboundBridge.Rules.Facts;

/// <summary>
/// Facts that a rule test gives: an inline mail, or values laid over a stored mail. What neither gives is absent, so that the test comes to
/// a decision; only a fact that nothing supplies under this configuration is unknown.
/// </summary>
/// <param name="below">A stored mail; null for an inline one.</param>
public sealed class GivenFacts(string id, MessageFacts? below = null) : MessageFacts
{
    private readonly FactValue?[] _values = new FactValue?[Fact.All.Count];
    private readonly Dictionary<string, FactValue> _headers = new(StringComparer.OrdinalIgnoreCase);

    public override string Id => id;

    /// <summary>Facts that nothing supplies: unknown unless the test gives them.</summary>
    public IEnumerable<Fact> Unsupplied
    {
        init
        {
            foreach (var fact in value)
                _values[fact.Index] = FactValue.NotKnown;
        }
    }

    public FactValue this[Fact fact]
    {
        set => _values[fact.Index] = value;
    }

    public void SetHeader(string name, FactValue value) => _headers[name] = value;

    public override FactValue Get(Fact fact) => _values[fact.Index] ?? OrAbsent(below?.Get(fact));

    public override FactValue Header(string name) => _headers.TryGetValue(name, out var value) ? value : OrAbsent(below?.Header(name));

    public override ValueTask<string?> ReadMessageJsonAsync(CancellationToken cancellationToken) =>
        below?.ReadMessageJsonAsync(cancellationToken) ?? base.ReadMessageJsonAsync(cancellationToken);

    private static FactValue OrAbsent(FactValue? value) => value is { IsKnown: true } known ? known : FactValue.Absent;
}

/// <summary>An attachment that a rule test gives.</summary>
public sealed class GivenAttachment(string? name, string type, long size, string sha256) : AttachmentFacts
{
    public override string? Name => name;

    public override string Type => type;

    public override long Size => size;

    public override string Sha256 => sha256;
}
