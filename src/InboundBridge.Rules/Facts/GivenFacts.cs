namespace InboundBridge.Rules.Facts;

/// <summary>
/// Facts given by hand: an inline mail of a rule test, or values laid over a stored mail. What neither gives is absent, so that a test comes to a decision;
/// only what nothing supplies at all is not known.
/// </summary>
/// <param name="below">A stored mail; null for an inline one.</param>
public sealed class GivenFacts(string id, MessageFacts? below = null) : MessageFacts
{
    private readonly FactValue?[] _values = new FactValue?[Enum.GetValues<Fact>().Length];
    private readonly Dictionary<string, FactValue> _headers = new(StringComparer.OrdinalIgnoreCase);

    public override string Id => id;

    public string? Explanation { get; init; }

    public override string? SpfExplanation => Explanation ?? below?.SpfExplanation;

    /// <summary>Nothing supplies them: not known unless they are given.</summary>
    public IEnumerable<Fact> Unsupplied
    {
        init
        {
            foreach (var fact in value)
                _values[(int)fact] = FactValue.NotKnown;
        }
    }

    public FactValue this[Fact fact]
    {
        set => _values[(int)fact] = value;
    }

    public void SetHeader(string name, FactValue value) => _headers[name] = value;

    public override FactValue Get(Fact fact) => _values[(int)fact] ?? OrAbsent(below?.Get(fact));

    public override FactValue Header(string name) => _headers.TryGetValue(name, out var value) ? value : OrAbsent(below?.Header(name));

    public override ValueTask<string?> ReadMessageJsonAsync(CancellationToken cancellationToken) =>
        below?.ReadMessageJsonAsync(cancellationToken) ?? base.ReadMessageJsonAsync(cancellationToken);

    private static FactValue OrAbsent(FactValue? value) => value is { IsKnown: true } known ? known : FactValue.Absent;
}

/// <summary>An attachment given by hand.</summary>
public sealed class GivenAttachment(string? name, string type, long size, string sha256) : AttachmentFacts
{
    public override string? Name => name;

    public override string Type => type;

    public override long Size => size;

    public override string Sha256 => sha256;
}
