namespace InboundBridge.Configuration.Values;

/// <summary>A file mode in chmod's octal digits, such as <c>0660</c>, without the set-user-ID, set-group-ID and sticky bits.</summary>
internal static class FileModeText
{
    public const string Examples = "three or four octal digits, such as 0660";

    public static bool TryParse(string text, out UnixFileMode value)
    {
        value = UnixFileMode.None;
        if (text.Length is < 3 or > 4 || text.AsSpan().ContainsAnyExceptInRange('0', '7') || (text.Length == 4 && text[0] != '0'))
            return false;
        value = (UnixFileMode)Convert.ToInt32(text, 8);
        return true;
    }
}
