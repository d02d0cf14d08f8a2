namespace InboundBridge.Rules.Actions;

/// <summary>RFC 5322 §3.6.8: printable ASCII without the colon.</summary>
internal static class HeaderName
{
    public static bool IsGood(string name) => name.Length is > 0 and <= 77 && name.All(letter => letter is > ' ' and <= '~' and not ':');
}
