namespace InboundBridge.Rules.State;

/// <summary>Kleene's three values.</summary>
internal enum Truth : byte
{
    False,
    True,
    Unknown,
}
