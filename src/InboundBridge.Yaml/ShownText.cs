using InboundBridge.Text;

namespace InboundBridge.Yaml;

/// <summary>Text of any length on one line of a message or trace.</summary>
public static class ShownText
{
    /// <summary>Characters that are shown of a longer text.</summary>
    public const int Longest = 200;

    /// <summary>At most <see cref="Longest"/> characters, with line breaks shown as <c>⏎</c>.</summary>
    public static string Cut(string text)
    {
        return CutText.ThenEllipsis(text, Longest).ReplaceLineEndings("⏎");
    }
}
