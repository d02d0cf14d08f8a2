namespace InboundBridge.Rules.Facts;

/// <summary>What kind of value a fact has, and so how patterns on it are written.</summary>
public enum FactType
{
    Text,
    Number,
    Address,
    Instant,

    /// <summary>Patterns look at their number.</summary>
    Attachments,
}
