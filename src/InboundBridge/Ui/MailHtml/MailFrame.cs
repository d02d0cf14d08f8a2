using System.Globalization;

namespace InboundBridge.Ui.MailHtml;

/// <summary>The document inside the frame that shows the HTML of a mail. It has a policy of its own (UiHeaders.ApplyToMail).</summary>
internal static class MailFrame
{
    private const string Style =
        "html{background:#fff;color:#1b1f27;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
        + "body{margin:12px}img{max-width:100%}pre{white-space:pre-wrap;font:inherit}"
        + ".inboundbridge-note{margin:-12px -12px 12px;padding:6px 12px;background:#eef1f6;color:#454d5b;"
        + "font:12px/1.5 system-ui,sans-serif}";

    /// <param name="html">Cleaned.</param>
    public static string Of(CleanHtml html)
    {
        var notes = new List<string>();
        if (html.Remote > 0)
            notes.Add(html.Remote == 1
                ? "1 remote picture or style was not loaded."
                : string.Create(CultureInfo.InvariantCulture, $"{html.Remote} remote pictures or styles were not loaded."));
        if (html.LeftOut > 0)
            notes.Add("Pictures were left out: the mail shows them too often.");
        if (html.MarksLeftOut)
            notes.Add("Marks were left out: the mail piles up too many accents or direction controls.");
        if (html.IsCut)
            notes.Add("Only the beginning is shown.");
        if (html.Problem is { } problem)
            notes.Add(problem);
        var note = notes.Count == 0 ? string.Empty : $"<div class=\"inboundbridge-note\">{string.Join(' ', notes)}</div>";
        return "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>HTML of the mail</title>"
            + $"<style>{Style}</style></head><body>{note}{html.Body}</body></html>";
    }
}
