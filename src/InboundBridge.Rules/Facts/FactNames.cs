namespace InboundBridge.Rules.Facts;

/// <summary>Facts as rule files and people name them.</summary>
public static class FactNames
{
    /// <summary>As in <c>when:</c>.</summary>
    public static string Of(Fact fact) => FactCatalog.Of(fact).Key;

    /// <summary>The value for people, cut to 200 characters; "none" for an absent one.</summary>
    public static string Describe(FactValue value) => FactText.Describe(value);
}
