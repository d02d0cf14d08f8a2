using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using InboundBridge.Operations.Reading;
using InboundBridge.Ui.MailHtml;

namespace InboundBridge.Fuzz.Ui;

/// <summary>
/// The HTML of a mail, cleaned for the web UI: nothing in it runs, submits or loads, and a parser makes no more of it than was counted
/// before.
/// </summary>
internal sealed class MailHtmlTarget : IFuzzTarget
{
    private static readonly HashSet<string> Never = new(
        [
            "script", "style", "link", "meta", "base", "iframe", "object", "embed", "svg", "math", "template", "form", "input", "button",
            "select", "textarea", "video", "audio", "source", "frameset", "noscript",
        ],
        StringComparer.Ordinal);

    private static readonly Dictionary<string, string> Pictures =
        new(StringComparer.Ordinal) { ["a"] = "data:image/png;base64,AAAA" };

    public string Name => "ui/mail-html";

    public IReadOnlyList<string> Words =>
    [
        "<b>", "</b>", "<font color=1>", "</font>", "<p>", "</p>", "<a href=x>", "</a>", "<table>", "</table>", "<tr>", "</tr>", "<td>",
        "</td>", "<th>", "<caption>", "</caption>", "<tbody>", "</tbody>", "<thead>", "</thead>", "<col>", "<li>", "<ul>", "<div>",
        "</div>",
        "<img src=cid:a>", "<img src=x onerror=y>", "<script>", "</script>", "<style>", "</style>", "<svg>", "<math>", "<mtext>",
        "<template>", "<select>", "<noscript>", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?", "</", "<", ">", "\"", "'", "=",
        " style=\"position:fixed;margin:-9px\"", " href=javascript:x", "&lt;", "&#60;", "\0", "<plaintext>", "<title>", "<nobr>", "<br>",
    ];

    public void Run(ReadOnlySpan<byte> input)
    {
        var html = Encoding.UTF8.GetString(input);
        var work = new CleaningWork(TimeProvider.System, CancellationToken.None);
        var clean = HtmlCleaner.Clean(new HtmlReading(html, false, Pictures, "text"), work);
        if (clean.Problem is not null)
            return;
        var elements = new HtmlParser().ParseDocument(clean.Body).All;
        // A table makes its body and rows by itself.
        FuzzFailureException.Unless(elements.Length <= 10 + (3 * work.Elements), "more elements than were counted");
        foreach (var element in elements)
        {
            FuzzFailureException.Unless(!Never.Contains(element.LocalName), element.LocalName);
            foreach (var attribute in element.Attributes)
                Check(attribute);
        }
    }

    private static void Check(IAttr attribute)
    {
        FuzzFailureException.Unless(!attribute.Name.StartsWith("on", StringComparison.Ordinal), attribute.Name);
        if (attribute.Name == "href")
            FuzzFailureException.Unless(
                attribute.Value.StartsWith("http", StringComparison.OrdinalIgnoreCase)
                || attribute.Value.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase), "a link that leads elsewhere");
        if (attribute.Name == "src")
            FuzzFailureException.Unless(
                attribute.Value.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase), "a picture elsewhere");
        if (attribute.Name == "style")
            FuzzFailureException.Unless(
                !attribute.Value.Contains("position:", StringComparison.OrdinalIgnoreCase)
                || attribute.Value.Contains("-position:", StringComparison.OrdinalIgnoreCase), "a style that moves");
    }
}
