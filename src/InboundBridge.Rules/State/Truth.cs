namespace InboundBridge.Rules.State;

/// <summary>The values of Kleene's three-valued logic.</summary>
internal enum Truth : byte
{
    False,
    True,
    Unknown,
}
