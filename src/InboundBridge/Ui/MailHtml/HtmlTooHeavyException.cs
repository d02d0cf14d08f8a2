namespace InboundBridge.Ui.MailHtml;

/// <summary>The HTML of a mail would take more work than a page may cost. It is shown as text then.</summary>
/// <param name="why">For people, as the end of "The HTML is shown as text: it has …".</param>
internal sealed class HtmlTooHeavyException(string why) : Exception(why);
