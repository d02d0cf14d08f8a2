using System.Collections.Frozen;

namespace InboundBridge.Mime.Replies;

/// <summary>The words that mail programs put above the copy of an answered or forwarded mail, most of them between dashes.</summary>
internal static class Banners
{
    private const int Longest = 60;

    private const string Marks = "-_*= >\u00a0\u2013\u2014" + HeaderLabels.DirectionMarks;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Answered = Set(
        "original message", "original appointment", "original mail", "original email", "original e-mail", "original", "replied message",
        "reply message", "reply above this line", "message original",
        "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "originalmeldung", "original nachricht",
        "ursprünglicher termin", "message d'origine", "message d’origine", "message initial",
        "mensaje original", "messaggio originale", "messaggio original", "mensagem original", "missatge original",
        "oorspronkelijk bericht", "origineel bericht", "originele bericht",
        "oprindelig meddelelse", "oprindelig besked", "original meddelelse", "ursprungligt meddelande", "originalmeddelande",
        "opprinnelig melding", "original melding", "alkuperäinen viesti", "alkuperäinen sanoma",
        "wiadomość oryginalna", "oryginalna wiadomość", "původní zpráva", "původní e-mail", "původní email", "pôvodná správa",
        "originálna správa", "eredeti üzenet", "mesaj original", "mesajul original",
        "mesajul inițial", "mesaj inițial", "izvorna poruka", "originalna poruka", "izvirno sporočilo", "originalno sporočilo",
        "prvotno sporočilo", "оригинална порука", "изворна порука", "оригинално съобщение",
        "исходное сообщение", "исходное письмо", "оригинальное сообщение", "первоначальное сообщение", "оригінальне повідомлення",
        "початкове повідомлення", "вихідне повідомлення", "арыгінальнае паведамленне",
        "özgün ileti", "orijinal mesaj", "orijinal ileti", "özgün mesaj", "αρχικό μήνυμα", "πρωτότυπο μήνυμα", "αυθεντικό μήνυμα",
        "הודעה מקורית", "ההודעה המקורית", "הודעה מקורית", "الرسالة الأصلية", "رسالة أصلية", "پیام اصلی",
        "原始邮件", "邮件原件", "回复的原邮件", "原始郵件", "原始信件", "原始訊息", "原邮件", "元のメッセージ", "元のメール", "オリジナルメッセージ", "원본 메시지", "원본 메일", "원본메일", "원본 메세지",
        "thư gốc", "tin nhắn gốc", "thông điệp gốc",
        "pesan asli", "mesej asal", "algne kiri", "algne sõnum", "algsõnum", "originaalkiri", "sākotnējā ziņa", "sākotnējais ziņojums",
        "oriģinālais ziņojums", "originalus laiškas", "pradinis laiškas", "originalus pranešimas",
        "ข้อความต้นฉบับ", "upprunaleg skilaboð", "jatorrizko mezua", "mensaxe orixinal", "orijinal mesaj", "मूल संदेश");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Forwarded = Set(
        "forwarded message", "forwarded mail", "begin forwarded message", "weitergeleitete nachricht",
        "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail", "message transféré", "message réexpédié",
        "début du message transféré", "début du message réexpédié", "mensaje reenviado", "inicio del mensaje reenviado",
        "messaggio inoltrato", "inizio messaggio inoltrato", "mensagem encaminhada", "mensagem reencaminhada",
        "início da mensagem encaminhada", "início da mensagem reencaminhada", "missatge reenviat", "doorgestuurd bericht",
        "begin doorgestuurd bericht", "videresendt meddelelse", "videresendt besked", "start på videresendt besked",
        "vidarebefordrat meddelande", "vidarebefordrat brev", "vidarebefordrat mejl", "videresendt melding", "välitetty viesti",
        "edelleenlähetetty viesti", "przekazana wiadomość", "wiadomość przekazana", "přeposlaná zpráva",
        "preposlaná správa", "továbbított üzenet", "továbbított levél", "mesaj redirecționat", "mesaj redirecţionat",
        "proslijeđena poruka", "posredovano sporočilo", "прослеђена порука", "препратено съобщение",
        "пересылаемое сообщение", "пересланное сообщение", "переслане повідомлення", "iletilen mesaj", "yönlendirilmiş mesaj",
        "iletilmiş ileti", "προωθημένο μήνυμα", "הודעה שהועברה", "رسالة معاد توجيهها", "الرسالة المعاد توجيهها",
        "转发的邮件", "转发邮件", "被转发邮件信息", "轉寄的郵件", "轉寄郵件", "転送メッセージ", "転送されたメッセージ", "전달된 메시지", "전달된 메일", "thư đã chuyển tiếp", "pesan terusan",
        "pesan diteruskan", "edastatud kiri", "pārsūtītā ziņa", "persiųstas laiškas");

    /// <param name="line">Begins with one of the marks that programs draw around these words.</param>
    public static bool IsBanner(ReadOnlySpan<char> line)
    {
        var words = line.Trim(Marks);
        return words.Length is > 0 and < Longest && line.Length - words.Length >= 2 && Answered.Contains(words);
    }

    /// <summary>True for the line above a forwarded mail, with or without dashes.</summary>
    public static bool IsForward(ReadOnlySpan<char> line)
    {
        var words = line.Trim(Marks).TrimEnd(":： \u00a0");
        return words.Length is > 0 and < Longest && Forwarded.Contains(words);
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Set(params string[] banners) =>
        banners.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
