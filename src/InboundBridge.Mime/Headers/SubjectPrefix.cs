using System.Collections.Frozen;

namespace InboundBridge.Mime.Headers;

/// <summary>What programs put before a subject: "Re:" and its equivalents in many languages, and tags such as "[EXTERNAL]".</summary>
internal static class SubjectPrefix
{
    private const int LongestWord = 20;
    private const int LongestTag = 60;

    /// <summary>Most prefixes and tags that are read.</summary>
    private const int Most = 12;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words = new[]
    {
        "Re", "Aw", "Antw", "Antwort", "Sv", "Vs", "Vb", "Fw", "Fwd", "Wg", "Tr", "Rif", "R", "I", "Res", "Enc", "Rv", "Reenv", "Rép",
        "Rep", "Odp", "Pd", "Ynt", "Ilt", "İlt", "Yan", "Ha", "Vá", "Továbbítás", "Vl", "Doorst", "Betr", "Pvs", "Bls", "Trs",
        "回复", "回覆", "答复", "转发", "轉寄", "返信", "転送", "회신", "전달", "답장", "Απ", "Σχετ", "Πρθ", "Отв", "На", "Отговор", "Пересл", "Відп", "Пер",
        "Trả lời", "Chuyển tiếp", "תגובה", "השב", "הועבר", "רד", "رد", "إعادة توجيه", "Atb", "Fs", "Fwd", "Svar", "Ats", "Per", "Balas",
        "Tanggapan", "Rsp", "Ref", "Odg", "Preposlané", "Přep",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] MarkingWords =
    [
        "EXTERNAL", "EXTERN", "EXTERNE", "EXTERNO", "ESTERNO", "EXT", "SPAM", "Possible spam", "Suspected spam", "Caution", "Warning",
        "ВНЕШНЕЕ", "外部",
    ];

    public static bool IsOfAnswer(string subject)
    {
        _ = Strip(subject, out var isAnswer);
        return isAnswer;
    }

    /// <summary>The subject without prefixes and tags.</summary>
    public static ReadOnlySpan<char> Strip(ReadOnlySpan<char> subject, out bool isAnswer)
    {
        isAnswer = false;
        for (var count = 0; count < Most; count++)
        {
            subject = subject.TrimStart(" \t\u00a0\u200e\u200f");
            if (TagLength(subject) is > 0 and var tag)
            {
                subject = subject[tag..];
                continue;
            }
            var word = subject[..Math.Min(subject.Length, LongestWord)];
            var colon = word.IndexOfAny(':', '：');
            if (colon <= 0 || !Words.Contains(WithoutCount(word[..colon])))
                return subject;
            isAnswer = true;
            subject = subject[(colon + 1)..];
        }
        return subject;
    }

    /// <summary>"[EXTERNAL]", "[SPAM]:", "{Spam?}", "***SPAM***", "*EXT*", "(EXT)", "【外部】", "EXTERNAL:".</summary>
    private static int TagLength(ReadOnlySpan<char> subject)
    {
        if (subject.IsEmpty)
            return 0;
        var near = subject[..Math.Min(subject.Length, LongestTag)];
        var length = near[0] switch
        {
            '[' => near.IndexOf(']') + 1,
            '{' => near.IndexOf('}') + 1,
            '(' => near.IndexOf(')') + 1,
            '<' => near.IndexOf('>') + 1,
            '【' => near.IndexOf('】') + 1,
            '*' or '#' or '_' or '-' or '!' => Enclosed(near),
            _ => Worded(near),
        };
        while (length > 0 && length < near.Length && near[length] is ':' or '-' or '|' or ' ')
            length++;
        return length;
    }

    private static int Enclosed(ReadOnlySpan<char> text)
    {
        var mark = text[0];
        var inner = text.TrimStart(mark);
        var end = inner.IndexOf(mark);
        if (end <= 0)
            return 0;
        var behind = inner[end..].TrimStart(mark);
        return text.Length - behind.Length;
    }

    private static int Worded(ReadOnlySpan<char> text)
    {
        foreach (var word in MarkingWords)
        {
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase) && text.Length > word.Length && text[word.Length] is ':'
                or '：' or '|')
                return word.Length + 1;
        }
        return 0;
    }

    /// <summary>"Re[2]", "Re(3)", "Re^2", "Re2".</summary>
    private static ReadOnlySpan<char> WithoutCount(ReadOnlySpan<char> word) => word.TrimEnd(" .0123456789[]()^*\u00a0");
}
