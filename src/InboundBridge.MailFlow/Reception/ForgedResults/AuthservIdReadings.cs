using System.Globalization;
using System.Text;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Reception.ForgedResults;

/// <summary>
/// What lenient readers may make of an authserv-id that is not written as plain words: they decode encoded words (RFC 2047) and percent
/// signs, take full-width letters for plain ones, and leave out what is not shown.
/// </summary>
internal static class AuthservIdReadings
{
    private static readonly IdnMapping Idn = new() { AllowUnassigned = true, UseStd3AsciiRules = false };

    /// <summary>The part before the first semicolon has something that readers treat differently.</summary>
    public static bool AreSeveral(ReadOnlySpan<byte> value)
    {
        var head = HeadOf(value);
        return !IsPlain(head) || head.IndexOfAny("%\\&"u8) >= 0 || head.IndexOf("=?"u8) >= 0;
    }

    /// <summary>Whether a reader finds one of these names.</summary>
    /// <param name="ids">In lower case with A-labels.</param>
    /// <param name="anywhere">The field has no readable id: a name counts wherever it stands.</param>
    public static bool Name(ReadOnlySpan<byte> value, IReadOnlyList<string> ids, bool anywhere)
    {
        var shown = Shown(value);
        // Some divide the value at the semicolon first, some decode it first.
        string[] readings = anywhere ? [shown] : [Shown(HeadOf(value)), shown.Split(';')[0]];
        foreach (var id in ids)
        {
            var (ascii, unicode) = (Letters(id), Letters(Unicode(id)));
            foreach (var reading in readings)
            {
                var letters = Letters(reading);
                if (letters.Contains(ascii, StringComparison.Ordinal) || letters.Contains(unicode, StringComparison.Ordinal))
                    return true;
            }
        }
        return false;
    }

    private static ReadOnlySpan<byte> HeadOf(ReadOnlySpan<byte> value)
    {
        var end = value.IndexOf((byte)';');
        return end < 0 ? value : value[..end];
    }

    private static bool IsPlain(ReadOnlySpan<byte> text)
    {
        foreach (var octet in text)
        {
            if (octet is not ((byte)'\t' or (byte)'\r' or (byte)'\n' or >= (byte)' ' and <= (byte)'~'))
                return false;
        }
        return true;
    }

    /// <summary>As a mail program shows it: unfolded, with encoded words decoded.</summary>
    private static string Shown(ReadOnlySpan<byte> value)
    {
        byte[] field = [.. "X: "u8, .. value];
        // A line end that is no fold would end the field.
        for (var index = 0; index < field.Length; index++)
        {
            if (field[index] is (byte)'\r' or (byte)'\n' or 0)
                field[index] = (byte)' ';
        }
        var text = MimeMessage.Open(MimeSource.FromMemory(field)).Header("X") ?? string.Empty;
        return Uri.UnescapeDataString(text);
    }

    /// <summary>Letters, digits, dots, hyphens and underscores alone, in the form in which they are compared.</summary>
    private static string Letters(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var character in Normal(text))
        {
            if (character is '\u3002')
                letters.Append('.');
            else if (char.IsLetterOrDigit(character) || character is '.' or '-' or '_')
                letters.Append(char.ToLowerInvariant(character));
        }
        return letters.ToString();
    }

    private static string Normal(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            // A lone surrogate; there is no test that does not throw.
            return text;
        }
    }

    private static string Unicode(string id)
    {
        try
        {
            return Idn.GetUnicode(id);
        }
        catch (ArgumentException)
        {
            // The mapping reports failure only by this exception.
            return id;
        }
    }
}
