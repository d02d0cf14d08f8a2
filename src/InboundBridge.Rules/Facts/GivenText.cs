namespace InboundBridge.Rules.Facts;

/// <summary>Reads facts that a rule test gives, by name.</summary>
public static class GivenText
{
    /// <summary>The given word; null where none is given.</summary>
    public static string? TextOf(this IReadOnlyDictionary<Fact, FactValue> given, Fact fact) =>
        given.TryGetValue(fact, out var value) && value.Shape == FactShape.Text ? value.Text : null;
}
