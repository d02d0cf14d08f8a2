using System.Collections.Frozen;
using InboundBridge.Mime.Headers;

namespace InboundBridge.Mime.Kinds;

/// <summary>The beginnings of the subjects of out-of-office answers, in the languages of mail servers.</summary>
internal static class AutomaticSubject
{
    private static readonly string[] Beginnings =
    [
        "Automatic reply", "Automatic response", "Automated reply", "Automated response", "Auto reply", "Auto-reply", "Autoreply",
        "Auto response", "Auto-response", "Autoresponse", "Autoresponder", "AUTO:", "Out of Office", "Out of the office",
        "Out-of-office", "OOO:", "OOF:", "Vacation reply", "Vacation response", "Vacation message", "I am out of the office",
        "I'm out of the office", "Away from the office", "Absence notice",
        "Automatische Antwort", "Automatische Rückmeldung", "Automatische Nachricht", "Abwesenheitsnotiz", "Abwesenheitsnachricht",
        "Abwesenheitsassistent", "Abwesenheitsmeldung", "Abwesenheit:", "Abwesend:", "Außer Haus", "Ausser Haus",
        "Nicht im Büro", "Urlaubsnotiz", "Urlaubsbenachrichtigung", "Réponse automatique", "Réponse d'absence", "Message d'absence",
        "Message automatique", "Absence du bureau", "Absent du bureau", "Notification d'absence",
        "Respuesta automática", "Contestación automática", "Fuera de la oficina", "Fuera de oficina", "Ausente de la oficina",
        "Mensaje de ausencia", "Aviso de ausencia", "Risposta automatica", "Risposta automatica di assenza", "Fuori sede", "Fuori ufficio",
        "Assente dall'ufficio", "Messaggio di assenza", "Resposta automática", "Fora do escritório", "Fora do Escritório",
        "Ausência temporária", "Ausente do escritório", "Mensagem de ausência", "Automatisch antwoord", "Automatische reactie",
        "Automatische beantwoording", "Afwezigheidsbericht", "Afwezigheid:", "Afwezig", "Niet aanwezig", "Automatisk svar", "Autosvar",
        "Automatiskt svar", "Frånvarande", "Ikke til stede", "Ikke på kontoret", "Fraværsmelding",
        "Automaattinen vastaus", "Poissa toimistosta", "Odpowiedź automatyczna", "Automatyczna odpowiedź", "Autoodpowiedź", "Poza biurem",
        "Jestem poza biurem", "Automatická odpověď", "Mimo kancelář",
        "Automatická odpoveď", "Mimo kancelárie", "Automatikus válasz", "Házon kívül", "Răspuns automat", "În afara biroului",
        "Automatski odgovor", "Samodejni odgovor", "Odsoten", "Аутоматски одговор", "Автоматичен отговор", "Извън офиса",
        "Автоматический ответ", "Автоответ", "Отсутствие на рабочем месте", "Вне офиса", "Нет на месте", "Автоматична відповідь",
        "Автовідповідь", "Otomatik yanıt", "Otomatik cevap", "Ofis dışında", "Αυτόματη απάντηση", "Εκτός γραφείου",
        "תשובה אוטומטית", "מענה אוטומטי", "מחוץ למשרד", "رد تلقائي", "الرد التلقائي", "خارج المكتب", "پاسخ خودکار", "自动答复", "自动回复", "自動回覆",
        "自動回复", "不在办公室", "自動応答", "自動返信", "自動回答", "不在通知", "不在のお知らせ",
        "자동 회신", "자동회신", "자동 응답", "부재 중", "부재중", "Tự động trả lời", "Trả lời tự động", "Balasan otomatis", "Balasan automatik",
        "Automaatvastus", "Automaatne vastus", "Automātiskā atbilde", "Automātiska atbilde", "Automatinis atsakymas",
        "Resposta automàtica", "ตอบกลับอัตโนมัติ", "การตอบกลับอัตโนมัติ", "Svar sjálfkrafa", "Sjálfvirkt svar",
    ];

    private static readonly FrozenDictionary<char, string[]> ByFirst =
        Beginnings.GroupBy(beginning => char.ToUpperInvariant(beginning[0]))
            .ToFrozenDictionary(group => group.Key, group => group.ToArray());

    /// <summary>What Notes and others put after the person's name.</summary>
    private static readonly string[] Anywhere =
        ["is out of the office", "is out of office", "ist außer Haus", "ist ausser Haus", "ist abwesend", "ist nicht im Büro",
            "est absent du bureau", "è fuori ufficio", "está fuera de la oficina", "is niet op kantoor"];

    /// <param name="subject">Decoded, with its tags and prefixes.</param>
    /// <param name="isPrefixed">
    /// The subject begins with "Re:", as it does where a person answers an automatic answer, and with some servers.
    /// </param>
    public static bool Matches(string subject, out bool isPrefixed)
    {
        var text = SubjectPrefix.Strip(subject, out isPrefixed);
        foreach (var beginning in text.IsEmpty ? [] : ByFirst.GetValueOrDefault(char.ToUpperInvariant(text[0]), []))
        {
            if (text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase) && !IsLongerWord(text, beginning))
                return true;
        }
        foreach (var phrase in Anywhere)
        {
            if (text.Contains(phrase, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>
    /// A beginning of one word must end there: "Afwezigheid melden" is not "Afwezig". Beginnings
    /// of several words or in other scripts are unambiguous.
    /// </summary>
    private static bool IsLongerWord(ReadOnlySpan<char> text, string beginning) =>
        text.Length > beginning.Length && char.IsAsciiLetter(text[beginning.Length]) && char.IsAsciiLetter(beginning[^1])
        && !beginning.Contains(' ', StringComparison.Ordinal);
}
