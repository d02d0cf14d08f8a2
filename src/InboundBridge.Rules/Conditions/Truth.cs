namespace InboundBridge.Rules.Conditions;

/// <summary>Kleene's three values.</summary>
internal enum Truth : byte
{
    False,
    True,
    Unknown,
}
