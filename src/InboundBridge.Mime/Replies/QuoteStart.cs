using System.Buffers;
using System.Collections.Frozen;
using System.Text.Unicode;

namespace InboundBridge.Mime.Replies;

/// <summary>Where the copy of the answered mail begins that Outlook, Exchange and others put below a reply.</summary>
internal static class QuoteStart
{
    private const int BlockLines = 8;
    private const int LongestLabel = 60;

    private static readonly string[] Banners =
    [
        "original message", "original appointment", "ursprüngliche nachricht", "originalnachricht", "originalmeldung",
        "message d'origine", "message original", "message d’origine", "mensaje original", "messaggio originale", "mensagem original",
        "oorspronkelijk bericht", "originele bericht", "wiadomość oryginalna", "oryginalna wiadomość", "исходное сообщение",
        "оригинальное сообщение", "первоначальное сообщение", "özgün ileti", "orijinal mesaj", "orijinal ileti", "原始邮件", "邮件原件", "原始郵件",
        "原始信件", "元のメッセージ", "元のメール", "reply message", "reply above this line",
    ];

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> FromLabels = Labels(
        "From", "Von", "De", "Da", "Van", "Od", "От", "От кого", "Kimden", "Gönderen", "发件人", "發件人", "寄件者", "差出人", "送信者", "Expéditeur",
        "Mittente", "Remetente", "Absender", "Remitente", "Afzender", "Nadawca");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> OtherLabels = Labels(
        "Sent", "Date", "To", "Cc", "CC", "Bcc", "Subject", "Gesendet", "Datum", "An", "Betreff", "Envoyé", "Envoyé le", "À", "A",
        "Objet", "Enviado", "Enviado el", "Fecha", "Para", "Asunto", "Inviato", "Data", "Oggetto", "Enviada", "Enviada em", "Enviado em",
        "Assunto", "Verzonden", "Aan", "Onderwerp", "Wysłano", "Wysłane", "Do", "DW", "Temat", "Отправлено", "Дата", "Кому", "Копия",
        "Тема", "Gönderildi", "Gönderme Tarihi", "Tarih", "Kime", "Bilgi", "Konu", "发送时间", "日期", "收件人", "抄送", "主题", "發送時間", "傳送時間", "收件者",
        "副本", "主旨", "送信日時", "日付", "日時", "送信日", "宛先", "件名", "Kopie", "Copie", "Cópia", "Kopia", "Importance", "Wichtigkeit", "Priorité");

    public static bool IsSeparator(ref TextLines lines, int index)
    {
        var line = lines[index];
        if (line.IsEmpty || line.Length > 300)
            return false;
        if (line[0] is '-' or '_' or '*' or '=' && IsBanner(line))
            return true;
        if (line.Length >= 20 && !line.ContainsAnyExcept('_', '-'))
            return IsHeaderBlock(lines, lines.NextWithText(index + 1));
        return lines.HasColonNear(index, 1) && IsHeaderBlock(lines, index);
    }

    /// <param name="line">The beginning of a line, as UTF-8 and up to a colon, without white space in front.</param>
    /// <returns>False where no copied header can begin there.</returns>
    public static bool IsFrom(ReadOnlySpan<byte> line)
    {
        Span<char> text = stackalloc char[LongestLabel];
        return Utf8.ToUtf16(line, text, out _, out var length) == OperationStatus.Done && FromLabels.Contains(Label(text[..length]));
    }

    private static bool IsBanner(ReadOnlySpan<char> line)
    {
        var words = line.Trim("-_*= >");
        if (words.Length >= 60 || line.Length - words.Length < 2)
            return false;
        foreach (var banner in Banners)
        {
            if (words.Equals(banner, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>"From:" and at least two more labels in the lines behind it.</summary>
    private static bool IsHeaderBlock(in TextLines lines, int index)
    {
        if (index >= lines.Count || !FromLabels.Contains(Label(lines[index])))
            return false;
        var others = 0;
        for (var next = index + 1; next < Math.Min(lines.Count, index + BlockLines); next++)
        {
            if (OtherLabels.Contains(Label(lines[next])))
                others++;
        }
        return others >= 2;
    }

    private static ReadOnlySpan<char> Label(ReadOnlySpan<char> line)
    {
        var text = line[..Math.Min(line.Length, LongestLabel)].TrimStart("*_");
        var colon = text.IndexOfAny(':', '：');
        return colon <= 0 ? default : text[..colon].TrimEnd("*_ \u00a0\t");
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Labels(params string[] labels) =>
        labels.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
