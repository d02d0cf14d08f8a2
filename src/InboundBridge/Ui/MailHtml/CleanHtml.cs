namespace InboundBridge.Ui.MailHtml;

/// <summary>The HTML of a mail after cleaning.</summary>
/// <param name="Body">What goes between the tags of <c>body</c>.</param>
/// <param name="Remote">Addresses of pictures and styles elsewhere that were removed.</param>
/// <param name="Problem">Why nothing is shown, or text instead of HTML; null where the HTML is.</param>
internal sealed record CleanHtml(string Body, int Remote, bool IsCut, string? Problem = null)
{
    /// <summary>Pictures of the mail itself that were left out, since it repeats them too often.</summary>
    public int LeftOut { get; init; }

    /// <summary>The mail piles up more marks than are shown.</summary>
    public bool MarksLeftOut { get; init; }
}
