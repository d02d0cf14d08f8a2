namespace InboundBridge.Mime.Replies;

/// <summary>The words that identify the line that introduces a quote, in the languages of mail programs.</summary>
internal static class AttributionWords
{
    /// <summary>Verbs at the end of the line, before the colon.</summary>
    public static readonly string[] Last =
    [
        "wrote", "writes", "said", "schrieb", "geschrieben", "schrieb folgendes", "folgendes geschrieben", "a écrit", "ecrit", "écrivait",
        "écrit", "escribió", "escribio", "ha escrito",
        "va escriure", "ha escrit", "escrigué", "escribiu", "ha scritto", "scrisse", "escreveu", "schreef", "geschreven",
        "het volgende geschreven", "het geskryf", "skrev", "skrev følgende", "skrifaði", "kirjoitti",
        "kirjutas", "napisał(a)", "napisał", "napisała", "napisal(a)", "napisal", "napisala", "pisze", "napsal(a)", "napsal", "napsala",
        "píše", "napísal(a)", "napísal", "napísala", "írta", "ezt írta", "a scris", "scris",
        "je napisao/la", "je napisao", "je napisala", "napisao", "napisao je", "napisala je", "je napisal", "je napisal/a", "piše",
        "написао", "написао је", "написала је", "написа", "написа(ла)", "напиша", "пише", "писа",
        "пишет", "писал", "писала", "писал(а)", "написал", "написала", "написал(а)", "написав", "написала", "написав(-ла)", "написав(ла)",
        "пише", "піша", "напісаў", "rakstīja", "rašė", "parašė", "yazdı", "şunu yazdı",
        "şunları yazdı", "yazmış", "έγραψε", "έγραψαν", "έγραφε", "כתב", "כתבה", "כתב/ה", "כתב(ה)", "كتب", "كتبت", "كتب/ت", "کتب", "نوشت",
        "写道", "寫道", "写到", "说道", "撰写", "來信", "来信", "書きました", "さんは書きました", "のメール", "のメッセージ",
        "が書いた", "書いた", "からのメール", "さんが書きました", "님이 작성", "작성", "님이 씀", "씀", "썼습니다", "님의 말", "님의 메시지", "đã viết", "viết", "menulis", "tulis",
        "idatzi du", "เขียนว่า", "เขียน", "ने लिखा", "shkroi", "viết như sau",
    ];

    /// <summary>Verbs in the middle of the line, where the name or the date follows the verb.</summary>
    public static readonly string[] Middle =
    [
        " schrieb ", " schreef ", " wrote ", " a écrit ", " escribió ", " ha scritto ", " escreveu ", " napisał", " tarihinde ", " пишет",
        " написал", "写道", "寫道", "のメール", " skrev ", " kirjoitti ", " napsal", " napísal",
        " írta ", " a scris ", " je napisa", " написа", " пише", " έγραψε", " va escriure ", " kirjutas ", " rakstīja ", " rašė ",
        " menulis ", " đã viết ", "님이 작성", " כתב", " كتب", " skrifaði ",
    ];

    /// <summary>Beginnings of the line.</summary>
    public static readonly string[] First =
    [
        "On ", "Am ", "Le ", "El ", "Il ", "Em ", "Op ", "W dniu ", "Dnia ", "No dia ", "Den ", "À ", "At ", "In ", "On:", "在", "于", "於",
        "Il giorno ", "Quoting ", "Zitat von ", "Citando ", "Dne ", "Dňa ", "În ", "Pe ",
        "La ", "Dana ", "Дана ", "V ", "На ", "Στις ", "Στο ", "בתאריך", "ב-", "ב־", "في ", "بتاريخ", "Vào ", "Lúc ", "Pada ",
        "Missatge de ", "Wiadomość ", "Citerar ", "Citat fra ", "Citace ", "Quotando ", "Zitiere ", "Selon ",
        "L'", "Þann ", "Kuupäeval ",
    ];
}
