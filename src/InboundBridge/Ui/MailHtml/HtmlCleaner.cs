using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Ganss.Xss;
using InboundBridge.Operations.Reading;

namespace InboundBridge.Ui.MailHtml;

/// <summary>
/// Removes from the HTML of a mail whatever could run, submit or load something: an allow-list of tags, attributes, styles and schemes. The
/// frame's policy and sandbox are a second wall behind it.
/// </summary>
internal static partial class HtmlCleaner
{
    /// <summary>Nesting that is shown. Deeper trees cost the serializer's stack; mail programs write a tenth of it.</summary>
    private const int Deepest = 300;

    /// <summary>Octets of stack for a tree that is deep all the same. The memory is only touched where it is needed.</summary>
    private const int Stack = 64 * 1024 * 1024;

    /// <summary>Mails that are cleaned at the same time; hostile HTML may take seconds.</summary>
    private const int MostAtOnce = 2;

    private static readonly string[] FormTags =
    [
        "form", "input", "button", "select", "option", "optgroup", "textarea", "fieldset", "legend", "label", "keygen", "datalist",
        "output",
    ];

    private static readonly string[] Schemes = ["http", "https", "mailto", "cid", "data"];

    private static readonly string[] PictureTypes = ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"];

    private static readonly SemaphoreSlim Turns = new(MostAtOnce);

    public static async Task<CleanHtml> CleanAsync(HtmlReading mail, CancellationToken cancellationToken)
    {
        await Turns.WaitAsync(cancellationToken);
        try
        {
            var done = new TaskCompletionSource<CleanHtml>(TaskCreationOptions.RunContinuationsAsynchronously);
            new Thread(() => Run(mail, done), Stack) { IsBackground = true, Name = "mail html" }.Start();
            return await done.Task;
        }
        finally
        {
            Turns.Release();
        }
    }

    private static void Run(HtmlReading mail, TaskCompletionSource<CleanHtml> done)
    {
        try
        {
            done.SetResult(Clean(mail));
        }
        catch (Exception fault)
        {
            // Carried to the request, which reports it.
            done.SetException(fault);
        }
    }

    internal static CleanHtml Clean(HtmlReading mail)
    {
        var remote = 0;
        var sanitizer = SanitizerFor(mail.Pictures, () => remote++);
        // The sanitizer's own parser: it also reads styles.
        var document = sanitizer.HtmlParserFactory().ParseDocument(mail.Html);
        if (IsTooDeep(document))
            return new CleanHtml(string.Empty, 0, mail.IsCut, "The HTML is nested too deeply to be shown; read the text below instead.");
        var clean = sanitizer.SanitizeDom(document);
        return new CleanHtml(clean.Body?.InnerHtml ?? string.Empty, remote, mail.IsCut);
    }

    /// <summary>
    /// Values of styles that name a resource as a text (<c>image-set("https://…" 1x)</c>), which no filter of addresses sees. An escape
    /// could hide one of these names.
    /// </summary>
    [GeneratedRegex(
        @"[<>\\]|(?:image-set|image|cross-fade|element|paint|src)\s*\(", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex LoadsWithoutUrl();

    private static HtmlSanitizer SanitizerFor(IReadOnlyDictionary<string, string> pictures, Action countRemote)
    {
        var sanitizer = new HtmlSanitizer();
        foreach (var tag in FormTags)
            sanitizer.AllowedTags.Remove(tag);
        sanitizer.AllowedAttributes.Remove("srcset");
        sanitizer.AllowedAttributes.Remove("action");
        sanitizer.AllowedAttributes.Remove("name");
        sanitizer.AllowedSchemes.Clear();
        foreach (var scheme in Schemes)
            sanitizer.AllowedSchemes.Add(scheme);
        sanitizer.DisallowCssPropertyValue = LoadsWithoutUrl();
        sanitizer.FilterUrl += (_, url) =>
        {
            if (url.SanitizedUrl is null)
                return;
            var isLink = url.Tag is IHtmlAnchorElement or IHtmlAreaElement && !IsPicture(url.SanitizedUrl);
            url.SanitizedUrl = isLink ? LinkOf(url.SanitizedUrl) : PictureOf(url.SanitizedUrl, pictures, countRemote);
        };
        sanitizer.PostProcessNode += (_, processed) =>
        {
            if (processed.Node is not IElement { LocalName: "a" or "area" } link)
                return;
            link.SetAttribute("target", "_blank");
            link.SetAttribute("rel", "noopener noreferrer nofollow");
        };
        return sanitizer;
    }

    /// <summary>The address of a link; null for one that leads to no other site.</summary>
    private static string? LinkOf(string url) =>
        StartsWith(url, "http://") || StartsWith(url, "https://") || StartsWith(url, "mailto:") ? url : null;

    private static string? PictureOf(string url, IReadOnlyDictionary<string, string> pictures, Action countRemote)
    {
        if (StartsWith(url, "cid:"))
            return pictures.GetValueOrDefault(Uri.UnescapeDataString(url[4..]));
        if (IsPicture(url))
            return url;
        if (!StartsWith(url, "data:"))
            countRemote();
        return null;
    }

    private static bool IsPicture(string url) => Array.Exists(PictureTypes, type => StartsWith(url, type));

    private static bool StartsWith(string url, string beginning) => url.StartsWith(beginning, StringComparison.OrdinalIgnoreCase);

    /// <summary>Walks without recursion: the tree may be as deep as the mail is long.</summary>
    private static bool IsTooDeep(INode root)
    {
        var (node, depth) = (root.FirstChild, 1);
        while (node is not null)
        {
            if (depth > Deepest)
                return true;
            if (node.FirstChild is { } child)
            {
                (node, depth) = (child, depth + 1);
                continue;
            }
            while (node is not null && node.NextSibling is null)
            {
                (node, depth) = (node.Parent, depth - 1);
                if (node == root)
                    return false;
            }
            node = node?.NextSibling;
        }
        return false;
    }
}
