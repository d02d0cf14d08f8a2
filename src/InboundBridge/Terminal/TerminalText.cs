namespace InboundBridge.Terminal;

/// <summary>Text for people, coloured when the output is a terminal. Text from outside must not control the terminal.</summary>
internal sealed class TerminalText(TextWriter output, bool colour)
{
    private const string Reset = "\u001b[0m";

    public string Heading(string text) => Painted("1", text);

    public string Good(string text) => Painted("32", text);

    public string Bad(string text) => Painted("31", text);

    public string Open(string text) => Painted("33", text);

    public string Faint(string text) => Painted("2", text);

    public void Line(string text = "") => output.WriteLine(text);

    /// <summary>Replaces control characters and bidirectional controls by blanks, and keeps line breaks and tabs if asked to.</summary>
    public static string Plain(string text, bool keepLines = false) => string.Concat(text.Select(letter =>
        keepLines && letter is '\n' or '\t' ? letter : char.IsControl(letter) || VisibleText.Turns(letter) ? ' ' : letter));

    private string Painted(string code, string text) => colour ? $"\u001b[{code}m{text}{Reset}" : text;
}
