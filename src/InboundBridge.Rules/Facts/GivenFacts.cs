using InboundBridge.Rules.Scripting;

namespace InboundBridge.Rules.Facts;

/// <summary>
/// Facts that a rule test gives: an inline mail, or values laid over a stored mail. What neither gives is absent, and a
/// check that it does not tell about was not asked, so that the test comes to a decision; only a fact that nothing supplies under this
/// configuration is unknown.
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

    public override FactValue Get(Fact fact) => _values[fact.Index] ?? Or(below?.Get(fact), fact.ValueUnlessAsked);

    public override FactValue Header(string name) =>
        _headers.TryGetValue(name, out var value) ? value : Or(below?.Header(name), FactValue.Absent);

    public override IReadOnlyList<KeyValuePair<string, string>> HeaderFields =>
    [
        .. _headers.SelectMany(given => Texts(given.Value).Select(text => KeyValuePair.Create(given.Key, text))),
        .. below?.HeaderFields.Where(given => !_headers.ContainsKey(given.Key)) ?? [],
    ];

    public override ValueTask<ScriptData?> ReadMessageJsonAsync(IReadOnlySet<string>? members, CancellationToken cancellationToken) =>
        below?.ReadMessageJsonAsync(members, cancellationToken) ?? base.ReadMessageJsonAsync(members, cancellationToken);

    private static FactValue Or(FactValue? value, FactValue otherwise) => value is { IsKnown: true } known ? known : otherwise;

    private static IReadOnlyList<string> Texts(in FactValue value) => value.Shape switch
    {
        FactShape.Text => [value.Text],
        FactShape.Texts => value.Texts,
        _ => [],
    };
}

/// <summary>An attachment that a rule test gives.</summary>
/// <param name="content">As far as the test writes it out; it may be shorter than the size.</param>
public sealed class GivenAttachment(string? name, string type, long size, string sha256, ReadOnlyMemory<byte> content = default)
    : AttachmentFacts
{
    public ReadOnlyMemory<byte> Content => content;

    public override string? Name => name;

    public override string Type => type;

    public override long Size => size;

    public override string Sha256 => sha256;
}
