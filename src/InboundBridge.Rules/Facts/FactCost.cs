namespace InboundBridge.Rules.Facts;

/// <summary>
/// What an answer costs. Conditions are evaluated from the cheapest to the most expensive,
/// and an expensive one only while the result depends on it.
/// </summary>
internal static class FactCost
{
    public const int Envelope = 0;
    public const int Header = 10;
    public const int Structure = 20;
    public const int Body = 30;
    public const int Lookup = 40;
    public const int Scanner = 50;
    public const int Script = 60;
}
