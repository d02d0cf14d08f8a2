namespace InboundBridge.MailFlow.Text;

/// <summary>Text from outside on one line: a line end in it must not begin a line, a header or a field of its own.</summary>
public static class OneLineText
{
    /// <summary>The text with a blank in place of each control character, so that its length stays.</summary>
    public static string Of(string text)
    {
        foreach (var letter in text)
        {
            if (char.IsControl(letter))
                return string.Create(text.Length, text, static (line, source) =>
                {
                    for (var index = 0; index < line.Length; index++)
                        line[index] = char.IsControl(source[index]) ? ' ' : source[index];
                });
        }
        return text;
    }
}
