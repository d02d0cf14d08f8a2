namespace InboundBridge.Rules.Facts;

/// <summary>The value of a fact: unknown, absent, or a value of one of five shapes. A closed union that allocates nothing itself.</summary>
public readonly struct FactValue
{
    private readonly object? _reference;
    private readonly double _number;

    private FactValue(FactShape shape, object? reference, double number = 0)
    {
        Shape = shape;
        _reference = reference;
        _number = number;
    }

    public FactShape Shape { get; }

    /// <summary>The fact is not known, so every condition on it is unknown.</summary>
    public static FactValue NotKnown => default;

    /// <summary>The fact is known to have no value: no subject, no client name, no verdict.</summary>
    public static FactValue Absent { get; } = new(FactShape.Absent, null);

    public bool IsKnown => Shape != FactShape.NotKnown;

    public string Text => (string)_reference!;

    public IReadOnlyList<string> Texts => (IReadOnlyList<string>)_reference!;

    public double Number => _number;

    public DateTimeOffset Instant => (DateTimeOffset)_reference!;

    public IReadOnlyList<AttachmentFacts> Attachments => (IReadOnlyList<AttachmentFacts>)_reference!;

    public static FactValue Of(string? text) => text is null ? Absent : new(FactShape.Text, text);

    /// <summary>Several values of one fact: a condition holds when it holds for one of them. An empty list is absent.</summary>
    public static FactValue Of(IReadOnlyList<string> texts) => texts.Count == 0 ? Absent : new(FactShape.Texts, texts);

    public static FactValue Of(double number) => new(FactShape.Number, null, number);

    public static FactValue Of(DateTimeOffset instant) => new(FactShape.Instant, instant);

    public static FactValue Of(IReadOnlyList<AttachmentFacts> attachments) => new(FactShape.Attachments, attachments);
}

public enum FactShape
{
    NotKnown,
    Absent,
    Text,
    Texts,
    Number,
    Instant,
    Attachments,
}

/// <summary>One attachment as rules see it; size and hash are computed when asked.</summary>
public abstract class AttachmentFacts
{
    public abstract string? Name { get; }

    /// <summary>Lower case <c>type/subtype</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Decoded octets.</summary>
    public abstract long Size { get; }

    /// <summary>Lower case hex of the decoded octets.</summary>
    public abstract string Sha256 { get; }
}
