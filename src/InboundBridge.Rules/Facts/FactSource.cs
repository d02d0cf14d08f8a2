namespace InboundBridge.Rules.Facts;

/// <summary>Who supplies a fact.</summary>
public enum FactOrigin
{
    /// <summary>Connection and envelope: known from MAIL on.</summary>
    Session,

    /// <summary>The mail's header.</summary>
    Header,

    /// <summary>The mail's structure and body.</summary>
    Content,

    /// <summary>A check or scanner that is asked when a decision needs it; it may take time.</summary>
    Check,
}

/// <param name="Check">The check's key in the configuration, as <c>authentication.spf</c>; null for any other origin.</param>
public readonly record struct FactSource(FactOrigin Origin, string? Check)
{
    public static FactSource Session => new(FactOrigin.Session, null);

    public static FactSource Header => new(FactOrigin.Header, null);

    public static FactSource Content => new(FactOrigin.Content, null);

    public static FactSource OfCheck(string key) => new(FactOrigin.Check, key);
}
