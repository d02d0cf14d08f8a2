namespace InboundBridge.Commands;

/// <summary>Words of strangers (servers, senders) on a terminal: they must not steer it.</summary>
internal static class StrangersText
{
    public static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
