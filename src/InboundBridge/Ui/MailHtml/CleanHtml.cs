namespace InboundBridge.Ui.MailHtml;

/// <summary>The HTML of a mail after cleaning.</summary>
/// <param name="Body">What goes between the tags of <c>body</c>.</param>
/// <param name="Remote">Addresses of pictures and styles elsewhere that were removed.</param>
/// <param name="Problem">Why nothing is shown; null where the mail is.</param>
internal sealed record CleanHtml(string Body, int Remote, bool IsCut, string? Problem = null);
