namespace InboundBridge.Mime.Kinds;

/// <summary>How the subject of an out-of-office answer begins, in the languages of Outlook and Exchange.</summary>
internal static class AutomaticSubject
{
    private static readonly string[] Beginnings =
    [
        "Automatic reply", "Auto reply", "Autoreply", "Out of Office", "Automatische Antwort", "Abwesenheitsnotiz", "Réponse automatique",
        "Absence du bureau", "Respuesta automática", "Fuera de la oficina", "Risposta automatica", "Fuori sede", "Resposta automática",
        "Automatisch antwoord", "Afwezig", "Odpowiedź automatyczna", "Автоматический ответ", "Otomatik yanıt", "自动答复", "自动回复", "自動回覆",
        "自動応答", "不在通知",
    ];

    public static bool Matches(string subject) => Beginnings.Any(beginning => subject.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
}
