using System.Buffers;
using System.Collections.Frozen;
using System.Text.Unicode;

namespace InboundBridge.Mime.Replies;

/// <summary>What a label in the copied header of an answered mail means.</summary>
internal enum LabelKind
{
    /// <summary>Not a label that a mail program writes.</summary>
    None,
    From,
    Date,
    Recipients,
    Subject,

    /// <summary>Another label that mail programs write, such as the importance.</summary>
    Other,
}

/// <summary>The labels that mail programs put before the fields of an answered mail, in the languages of their users.</summary>
internal static class HeaderLabels
{
    /// <summary>A label must end within this many characters.</summary>
    public const int Longest = 60;

    /// <summary>Most characters of a label in an unknown language.</summary>
    private const int LongestOfAny = 30;

    /// <summary>Most octets of a label in an unknown language, with the marks around it.</summary>
    private const int LongestOctets = 200;

    /// <summary>Mail programs write these marks around text that runs from right to left.</summary>
    public const string DirectionMarks = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    private const string Decoration = "*_| \t\u00a0" + DirectionMarks;

    private static readonly string[] From =
    [
        "From", "Von", "De", "Da", "Van", "Fra", "Från", "Lähettäjä", "Od", "Odesílatel", "Odosielateľ", "Feladó", "De la", "Expeditor",
        "Pošiljatelj", "Pošiljalec", "Šalje", "Од", "Шаље", "Пошиљалац",
        "От", "От кого", "Від", "Від кого", "Ад", "Kimden", "Gönderen", "Από", "Αποστολέας", "מאת", "من", "المرسل", "از", "فرستنده", "发件人",
        "發件人", "寄件者", "寄件人", "差出人", "送信者", "送信元", "보낸 사람",
        "보낸사람", "보낸 이", "발신", "발신자", "Từ", "Người gửi", "Dari", "Daripada", "Pengirim", "Saatja", "Kellelt", "No", "Sūtītājs", "Nuo",
        "Siuntėjas", "Remitent", "Expéditeur", "Mittente", "Remetente",
        "Absender", "Remitente", "Afzender", "Nadawca", "Avsändare", "Avsender", "Afsender", "จาก", "ผู้ส่ง", "Frá", "Nork", "Igorlea",
        "Orde", "Gesendet von", "Sent by", "प्रेषक", "Кімнен", "Göndərən",
    ];

    private static readonly string[] Date =
    [
        "Sent", "Date", "Sent at", "Sent on", "Date sent", "Gesendet", "Gesendet am", "Datum", "Envoyé", "Envoyé le", "Date d'envoi",
        "Date d’envoi", "Enviado", "Enviado el", "Fecha", "Fecha de envío", "Inviato",
        "Inviato il", "Data", "Data invio", "Enviada", "Enviada em", "Enviado em", "Data de envio", "Enviat", "Enviat el", "Verzonden",
        "Verzonden op", "Sendt", "Dato", "Skickat", "Skickades", "Lähetetty",
        "Päivämäärä", "Päiväys", "Pvm", "Wysłano", "Wysłane", "Data wysłania", "Odesláno", "Odoslané", "Dátum", "Elküldve", "Küldve",
        "Trimis", "Data trimiterii", "Poslano", "Poslato", "Послато", "Датум", "Изпратено",
        "Отправлено", "Дата", "Дата отправки", "Надіслано", "Відправлено", "Gönderildi", "Gönderme Tarihi", "Gönderilme Tarihi", "Tarih",
        "Στάλθηκε", "Εστάλη", "Ημερομηνία", "Αποστολή", "נשלח", "תאריך",
        "تم الإرسال", "أُرسلت", "أرسلت", "التاريخ", "تاريخ الإرسال", "تاریخ", "发送时间", "发送日期", "日期", "时间", "發送時間", "傳送時間", "寄件日期", "傳送日期",
        "送信日時", "日付", "日時", "送信日", "보낸 날짜", "보낸날짜",
        "보낸 시간", "날짜", "발신일", "Đã gửi", "Gửi", "Ngày", "Ngày gửi", "Dikirim", "Terkirim", "Tanggal", "Dihantar", "Tarikh", "Saadetud",
        "Saatmisaeg", "Kuupäev", "Nosūtīts", "Datums", "Išsiųsta", "Data ir laikas",
        "ส่ง", "ส่งเมื่อ", "วันที่", "Dagsetning", "Sent þann", "Bidalia", "दिनांक", "Göndərildi",
    ];

    private static readonly string[] Recipients =
    [
        "To", "Cc", "Bcc", "An", "Kopie", "Kopie (CC)", "Blindkopie", "À", "A", "Destinataire", "Copie", "Copie à", "Cc à", "Para",
        "Copia", "CC", "Cco", "Destinatario", "Cópia", "Aan", "Til", "Kopi", "Till", "Kopia",
        "Vastaanottaja", "Kopio", "Do", "DW", "Do wiadomości", "Komu", "Kopie", "Kópia", "Címzett", "Másolatot kap", "Másolat", "Către",
        "Catre", "Prima", "Primatelj", "Primalac", "Za", "Kp", "Коме", "За", "Прима", "Примач", "До", "Копие",
        "Кому", "Копия", "Копія", "Kime", "Alıcı", "Bilgi", "Προς", "Κοιν", "Κοινοποίηση", "אל", "עותק", "העתק", "إلى", "الى", "نسخة",
        "به", "收件人", "抄送", "收件者", "副本", "宛先", "受信者", "받는 사람", "받는사람", "받는 이", "참조", "수신", "수신자",
        "Đến", "Tới", "Người nhận", "Đồng gửi", "Kepada", "Ke", "Untuk", "Salinan", "Saaja", "Adressaat", "Kellele", "Koopia", "Kam",
        "Kopija", "Adresāts", "Gavėjas", "Kam", "Per a", "Per", "ถึง", "สำเนา", "Til", "Nori",
        "Afrit", "Reply-To", "Reply to", "Antwort an", "Répondre à", "Responder a", "प्रति", "Kimə",
    ];

    private static readonly string[] Subject =
    [
        "Subject", "Betreff", "Thema", "Objet", "Sujet", "Asunto", "Oggetto", "Assunto", "Assumpte", "Onderwerp", "Emne", "Ämne", "Aihe",
        "Temat", "Předmět", "Predmet", "Tárgy", "Subiect", "Naslov", "Naslov poruke", "Zadeva", "Tema", "Предмет", "Наслов",
        "Относно", "Тема", "Тэма", "Konu", "Θέμα", "נושא", "הנדון", "الموضوع", "موضوع", "主题", "主題", "主旨", "标题", "標題", "件名", "제목", "Chủ đề",
        "Tiêu đề", "Subjek", "Perihal", "Hal", "Judul", "Teema", "Temats", "Tēma", "เรื่อง", "หัวเรื่อง", "Efni", "Gaia", "विषय",
        "Mövzu",
    ];

    private static readonly string[] Other =
    [
        "Importance", "Priority", "Attachments", "Wichtigkeit", "Priorität", "Anlagen", "Priorité", "Importance", "Pièces jointes",
        "Importancia", "Prioridad", "Datos adjuntos", "Priorità", "Allegati", "Anexos", "Urgentie", "Bijlagen",
        "Prioritet", "Vedhæftede filer", "Bifogade filer", "Ważność", "Załączniki", "Důležitost", "Přílohy", "Важность", "Вложения",
        "Önem", "Ekler", "重要性", "附件", "重要度", "添付ファイル", "첨부", "Organization", "Message-ID", "List-Post", "Reply-To",
    ];

    private static readonly FrozenDictionary<string, LabelKind>.AlternateLookup<ReadOnlySpan<char>> Kinds = Index();

    /// <summary>What the label at the beginning of the line means.</summary>
    public static LabelKind KindOf(ReadOnlySpan<char> line) => Kinds.TryGetValue(LabelOf(line), out var kind) ? kind : LabelKind.None;

    /// <param name="line">The beginning of a line up to a colon, as UTF-8, without leading white space.</param>
    /// <returns>False where the line has no label that a copied header must have.</returns>
    public static bool IsFrom(ReadOnlySpan<byte> line)
    {
        Span<char> text = stackalloc char[Longest];
        return Utf8.ToUtf16(line, text, out _, out var length) == OperationStatus.Done && KindOf(text[..length]) == LabelKind.From;
    }

    /// <summary>True where the line begins with any word and a colon, but not with a URL.</summary>
    public static bool IsLabelled(ReadOnlySpan<char> line)
    {
        var label = LabelOf(line);
        return label.Length is > 0 and <= LongestOfAny && !line[(line.IndexOfAny(':', '：') + 1)..].StartsWith("//");
    }

    /// <summary>"Xyz: Al &lt;al@example.com&gt;", whatever the label says.</summary>
    public static bool IsSender(ReadOnlySpan<char> line) => line is [.., '>'] && line.Contains('@') && IsLabelled(line);

    /// <param name="label">The beginning of a line up to a colon, as UTF-8.</param>
    /// <param name="behind">The text after the colon, with the lines below.</param>
    public static bool IsSender(ReadOnlySpan<byte> label, ReadOnlySpan<byte> behind)
    {
        if (label.Length > LongestOctets)
            return false;
        var end = behind.IndexOfAny((byte)'\r', (byte)'\n');
        var value = (end < 0 ? behind : behind[..end]).TrimEnd(" \t"u8);
        return value is [.., (byte)'>' or > 0x7F] && value.Contains((byte)'@');
    }

    private static ReadOnlySpan<char> LabelOf(ReadOnlySpan<char> line)
    {
        var text = line[..Math.Min(line.Length, Longest)].TrimStart(Decoration);
        // Some webmails copy the header as a table: "| From | Al <al@example.com> |".
        var end = text.IndexOfAny(':', '：', '|');
        return end <= 0 || (text[end] == '|' && !line.StartsWith('|')) ? default : text[..end].TrimEnd(Decoration);
    }

    private static FrozenDictionary<string, LabelKind>.AlternateLookup<ReadOnlySpan<char>> Index()
    {
        var kinds = new Dictionary<string, LabelKind>(StringComparer.OrdinalIgnoreCase);
        (string[] Labels, LabelKind Kind)[] all =
            [(From, LabelKind.From), (Date, LabelKind.Date), (Recipients, LabelKind.Recipients), (Subject, LabelKind.Subject),
                (Other, LabelKind.Other)];
        foreach (var (labels, kind) in all)
        {
            foreach (var label in labels)
                kinds.TryAdd(label, kind);
        }
        return kinds.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
