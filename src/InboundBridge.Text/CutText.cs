namespace InboundBridge.Text;

/// <summary>Cuts text at a number of characters, never in the middle of a surrogate pair: half of one is no text.</summary>
public static class CutText
{
    /// <summary>The beginning of the text, at most this many characters.</summary>
    public static string At(string text, int most) =>
        text.Length <= most ? text : text[..(most > 0 && char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    /// <summary>The same, with an ellipsis as its last character where something was cut off.</summary>
    public static string WithEllipsis(string text, int most) => text.Length <= most ? text : $"{At(text, most - 1)}…";

    /// <summary>The beginning, and where something was cut off an ellipsis behind it: one character more.</summary>
    public static string ThenEllipsis(string text, int most) => text.Length <= most ? text : $"{At(text, most)}…";
}
